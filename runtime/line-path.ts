import { join } from 'node:path';
import type { GatewayId, LineId } from '#contract/ids.ts';

/** Where the simulator publishes a line and its gateway looks for it: a stable name, like /dev/serial/by-id. */
export function simulatedLinePath(folder: string, gateway: GatewayId, line: LineId): string {
  return join(folder, `${gateway}.${line}`);
}
