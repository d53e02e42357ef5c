import { ModbusBus } from '#firmware-sim/line/modbus-bus.ts';
import { Pacer } from '#firmware-sim/line/pacing.ts';
import { openSimulatedLine } from '#firmware-sim/line/pty.ts';
import type { SimulatedLine } from '#firmware-sim/line/pty.ts';
import type { BayNode } from '#firmware-sim/node/bay-node.ts';
import { openRandom } from '#firmware-sim/world/random.ts';
import { systemClock } from '#runtime/clock.ts';
import { join } from 'node:path';
import { openTempFolder } from '../support/temp-folder.ts';

/** Nodes on a real pseudo-terminal; `nowOf` says which instant the nodes take for now. */
export async function openLineRig(
  nodes: readonly BayNode[],
  { baud = 19_200, nowOf = (at: number) => at }: { baud?: number; nowOf?: (at: number) => number },
): Promise<{ readonly line: SimulatedLine; readonly path: string; [Symbol.dispose](): void }> {
  const folder = openTempFolder();
  const path = join(folder.path, 'lines', 'gw-1.line-1');
  let line: SimulatedLine | undefined;
  const pacer = new Pacer({ baud, clock: systemClock, write: (bytes) => line?.write(bytes) });
  let aheadMs = 0;
  const bus = new ModbusBus({
    nodes,
    baud,
    random: openRandom(1, 'turn-around'),
    transmit: (startAt, bytes) => pacer.transmit(startAt - aheadMs, bytes),
  });
  const opened = await openSimulatedLine(path, {
    onBytes: (bytes) => {
      const now = systemClock.monoMs();
      const at = nowOf(now);
      aheadMs = at - now;
      bus.hear(bytes, at);
    },
    onLost: (error) => {
      throw error;
    },
  });
  line = opened;
  return {
    line: opened,
    path,
    [Symbol.dispose]: () => {
      pacer.close();
      opened.close();
      folder[Symbol.dispose]();
    },
  };
}
