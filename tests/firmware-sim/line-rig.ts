import { LineFaults } from '#firmware-sim/line/line-faults.ts';
import { ModbusBus } from '#firmware-sim/line/modbus-bus.ts';
import type { BusNode } from '#firmware-sim/line/modbus-bus.ts';
import { Pacer } from '#firmware-sim/line/pacing.ts';
import { openSimulatedLine } from '#firmware-sim/line/pty.ts';
import type { SimulatedLine } from '#firmware-sim/line/pty.ts';
import { openRandom } from '#firmware-sim/world/random.ts';
import { systemClock } from '#runtime/clock.ts';
import { join } from 'node:path';
import { openTempFolder } from '../support/temp-folder.ts';

export interface LineRig extends Disposable {
  readonly line: SimulatedLine;
  readonly path: string;
  readonly bus: ModbusBus;
  /** What is wrong with the line itself. */
  readonly faults: LineFaults;
}

/** Nodes on a real pseudo-terminal; `nowOf` says which instant the nodes take for now. */
export async function openLineRig(
  nodes: readonly BusNode[],
  { baud = 19_200, nowOf = (at: number) => at }: { baud?: number; nowOf?: (at: number) => number },
): Promise<LineRig> {
  const folder = openTempFolder();
  const path = join(folder.path, 'lines', 'gw-1.line-1');
  let line: SimulatedLine | undefined;
  const pacer = new Pacer({ baud, clock: systemClock, write: (bytes) => line?.write(bytes) });
  const faults = new LineFaults(openRandom(1, 'faults'));
  let aheadMs = 0;
  const bus = new ModbusBus({
    nodes,
    baud,
    random: openRandom(1, 'turn-around'),
    transmit: (startAt, bytes) => {
      const sent = faults.answer({ startAt: startAt - aheadMs, bytes });
      pacer.transmit(sent.startAt, sent.bytes);
    },
  });
  const opened = await openSimulatedLine(path, {
    onBytes: (bytes) => {
      const now = systemClock.monoMs();
      const at = nowOf(now);
      aheadMs = at - now;
      bus.hear(faults.noisy(bytes), at);
    },
    onLost: (error) => {
      throw error;
    },
  });
  line = opened;
  return {
    line: opened,
    path,
    bus,
    faults,
    [Symbol.dispose]: () => {
      pacer.close();
      opened.close();
      folder[Symbol.dispose]();
    },
  };
}
