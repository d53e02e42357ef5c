import { MAP_VERSION, sampleBlock, STATUS } from '#contract/registers.ts';
import type { SampleRegisters } from '#contract/registers.ts';
import type { FieldReading, NodeReport, Reading, Sample } from '../sense/sample.ts';
import { distanceReading } from './distance-reader.ts';

/** The range of a ±8 gauss part: at its end the field is not measured. */
const FIELD_END_UT = 327;

/** The sample in the answer to a read of the sample block; undefined for another map's major version. */
export function pbn1Sample(data: Uint8Array, receivedAtMono: number): Sample | undefined {
  const registers = sampleBlock.decode(data);
  if (registers.mapVersion >> 8 !== MAP_VERSION >> 8) return undefined;
  return {
    distance: distanceOf(registers),
    field: fieldOf(registers),
    temperature: { value: registers.temperatureC, unit: 'degC', quality: 'ok' },
    node: nodeReportOf(registers),
    seq: registers.seq,
    uptimeMs: registers.uptimeMs,
    receivedAtMono,
  };
}

function nodeReportOf({ status, supplyMv, configCrc }: SampleRegisters): NodeReport {
  return {
    tamper: (status & STATUS.tamper) !== 0,
    supplyLow: (status & STATUS.supplyLow) !== 0,
    configChanged: (status & STATUS.configChanged) !== 0,
    calibrating: (status & STATUS.calibrating) !== 0,
    supplyMv,
    configCrc,
  };
}

/** A plausible number without its valid bit is a leftover, not a distance. */
function distanceOf({ distanceMm, status }: SampleRegisters): Reading {
  const reading = distanceReading(distanceMm);
  if (reading.quality !== 'ok') return reading;
  if (status & STATUS.distanceInterference) return { ...reading, quality: 'interference' };
  return status & STATUS.distanceValid ? reading : { ...reading, quality: 'fault' };
}

function fieldOf({ fieldXuT, fieldYuT, fieldZuT, status }: SampleRegisters): FieldReading {
  const axes = { xUt: fieldXuT, yUt: fieldYuT, zUt: fieldZuT };
  if (Object.values(axes).some((ut) => Math.abs(ut) >= FIELD_END_UT)) {
    return { ...axes, quality: 'saturated' };
  }
  if (status & STATUS.magneticInterference) return { ...axes, quality: 'interference' };
  return { ...axes, quality: status & STATUS.magneticValid ? 'ok' : 'fault' };
}
