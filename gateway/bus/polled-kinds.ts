import { decodeRange, rangeMaps, URM_CONTROL } from '#contract/range-registers.ts';
import { sampleBlock } from '#contract/registers.ts';
import { MODBUS_RANGE_KINDS } from '#contract/sensor-kind.ts';
import type { ModbusKind, ModbusRangeKind } from '#contract/sensor-kind.ts';
import type { Sample } from '../sense/sample.ts';
import { pbn1Sample } from './pbn1-sample.ts';

/** How a kind of sensor is asked, and what its answer means. */
export interface PolledKind {
  /** What a poll reads. */
  readonly block: { readonly fc: 3 | 4; readonly register: number; readonly count: number };
  /** undefined: the answer is of no map that is known. */
  sample(data: Uint8Array, receivedAtMono: number): Sample | undefined;
  /** The register to write when the answer shows that the sensor is not set to measure. */
  mend?(data: Uint8Array): { readonly register: number; readonly value: number } | undefined;
}

const rangeKind = (kind: ModbusRangeKind): PolledKind => ({
  block: rangeMaps[kind].poll,
  sample: (data, receivedAtMono) => rangeSample(kind, data, receivedAtMono),
  mend: (data) => {
    const register = rangeMaps[kind].control;
    return register !== undefined && decodeRange(kind, data)?.isPassive === true
      ? { register, value: URM_CONTROL.automatic }
      : undefined;
  },
});

export const polledKinds: Readonly<Record<ModbusKind, PolledKind>> = {
  pbn1: { block: sampleBlock, sample: pbn1Sample },
  ...(Object.fromEntries(MODBUS_RANGE_KINDS.map((kind) => [kind, rangeKind(kind)])) as Record<
    ModbusRangeKind,
    PolledKind
  >),
};

function rangeSample(
  kind: ModbusRangeKind,
  data: Uint8Array,
  receivedAtMono: number,
): Sample | undefined {
  const said = decodeRange(kind, data);
  if (said === undefined) return undefined;
  return {
    distance: { value: said.distance, unit: 'mm', quality: said.quality },
    ...(said.temperatureC !== undefined && {
      temperature: { value: said.temperatureC, unit: 'degC', quality: 'ok' },
    }),
    receivedAtMono,
  };
}
