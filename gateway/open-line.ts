import { gatewayUnknownMs } from '#contract/deadlines.ts';
import type { GatewayId } from '#contract/ids.ts';
import { isModbusKind } from '#contract/sensor-kind.ts';
import type { LineProperties } from '#contract/site.ts';
import { simulatedLinePath } from '#runtime/line-path.ts';
import { pollPeriodOf } from './bus/open-driver.ts';
import type { OpenLine } from './line/line.ts';
import { serialLine } from './line/serial-line.ts';
import { tcpLine } from './line/tcp-line.ts';

/** A sensor that speaks by itself is thought dead after so many of its periods. */
const SILENT_PERIODS = 3;
const SIGNS_SILENT_MS = 120_000;

/** How a gateway comes by one of its lines. `linesFolder`: of those that the simulator provides. */
export function openerOf(
  { id, port, baud, parity }: LineProperties,
  gateway: GatewayId,
  linesFolder: string,
): OpenLine {
  switch (port.kind) {
    case 'tcp':
      return tcpLine(port);
    case 'serial':
      return serialLine({ path: port.path, baud, parity });
    case 'simulated':
      return serialLine({ path: simulatedLinePath(linesFolder, gateway, id), baud, parity });
  }
}

/** Lines that are asked may have no node alive; those are opened again only now and then. */
export function silenceMsOf(line: LineProperties): number {
  const periodMs = pollPeriodOf(line);
  // Displays answer every few seconds, and those that were told nothing are not asked.
  if (line.sensors.length === 0) return SIGNS_SILENT_MS;
  const listens = line.sensors.some(({ kind }) => !isModbusKind(kind));
  return listens ? Math.max(1_000, SILENT_PERIODS * periodMs) : gatewayUnknownMs(periodMs);
}
