import { InvalidArgumentError } from 'commander';
import type { Command } from 'commander';
import { MODBUS_KINDS } from '#contract/sensor-kind.ts';
import type { ModbusKind } from '#contract/sensor-kind.ts';
import { ConfigError } from '#runtime/errors.ts';
import { checkLine } from '../../provision/check-line.ts';
import type { PlacedSensor, SensorCheck } from '../../provision/check-line.ts';
import { withMaster } from '../../provision/line-access.ts';
import { findingsOf } from '../../provision/line-causes.ts';
import { toTheEnd } from '../../provision/to-the-end.ts';
import { openScreen } from '../screen.ts';
import type { Screen } from '../screen.ts';
import { addressList, whichLine, wholeNumber, withLineOptions } from '../which-line.ts';
import type { LineOptions, WhichLine } from '../which-line.ts';

export interface SensorsOptions extends LineOptions {
  readonly addresses?: readonly number[];
  readonly kind: ModbusKind;
}

interface CheckOptions extends SensorsOptions {
  readonly rounds: number;
}

export const ROUNDS = 50;

/** Which sensors, where no site file says. */
export function withSensorsOptions(command: Command): Command {
  return withLineOptions(command)
    .option('--addresses <list>', 'the sensors along the cable (or those of the site)', addressList)
    .option('--kind <kind>', `what they are: ${MODBUS_KINDS.join(', ')}`, modbusKind, 'pbn1');
}

export function addLineCheck(line: Command): void {
  withSensorsOptions(line.command('check'))
    .description('error rates, answer times and supply along a line, with their likely causes')
    .option('--rounds <count>', 'how often each sensor is asked', wholeNumber, ROUNDS)
    .action(async (options: CheckOptions) => {
      const screen = openScreen(options);
      const line = whichLine(options);
      const checks = await runCheck(line, sensorsOf(line, options), options.rounds, screen);
      const findings = findingsOf(checks);
      screen.json({ sensors: checks.map(summaryOf), findings });
      screen.table(
        ['sensor', 'address', 'answered', 'broken', 'silent', 'late', 'ms', 'supply'],
        checks.map(rowOf),
      );
      screen.say(findings.length === 0 ? '\nNothing wrong was found.' : '');
      for (const { what, look } of findings) screen.say(`${what}\n  look at: ${look}`);
      if (findings.length > 0) process.exitCode = 1;
    });
}

/** The site's, or those that were listed; throws ConfigError where nobody says. */
export function sensorsOf(line: WhichLine, { addresses, kind }: SensorsOptions): PlacedSensor[] {
  if (addresses) {
    return addresses.map(
      (address) =>
        line.sensors.find((sensor) => sensor.address === address) ?? {
          address,
          kind,
          name: `address ${address}`,
        },
    );
  }
  if (line.sensors.length === 0) {
    throw new ConfigError([
      '--addresses: which sensors? expected e.g. --addresses 1-32, or --site FOLDER with a line of Modbus sensors',
    ]);
  }
  return [...line.sensors];
}

export async function runCheck(
  { access, link }: WhichLine,
  sensors: readonly PlacedSensor[],
  rounds: number,
  screen: Screen,
): Promise<SensorCheck[]> {
  const { clock } = access;
  return withMaster(access, link, (master) =>
    toTheEnd(checkLine(master, { sensors, rounds, baud: link.baud, clock }), ({ done, of, name }) =>
      screen.progress(done, of, name),
    ),
  );
}

function modbusKind(given: string): ModbusKind {
  const kind = MODBUS_KINDS.find((one) => one === given);
  if (kind === undefined)
    throw new InvalidArgumentError(`expected one of ${MODBUS_KINDS.join(', ')}`);
  return kind;
}

const middleOf = (sorted: readonly number[]): number | undefined =>
  sorted[Math.floor(sorted.length / 2)];

function summaryOf({ answerMs, ...check }: SensorCheck) {
  const rounded = (ms: number | undefined) => (ms === undefined ? null : Math.round(10 * ms) / 10);
  return {
    ...check,
    answerMsMiddle: rounded(middleOf(answerMs)),
    answerMsMost: rounded(answerMs.at(-1)),
  };
}

function rowOf(check: SensorCheck): string[] {
  const { name, address, asked, answered, broken, silent, late, answerMs, supplyMv } = check;
  const [middle, most] = [middleOf(answerMs), answerMs.at(-1)];
  return [
    name,
    String(address),
    `${answered} of ${asked}`,
    String(broken),
    String(silent),
    String(late),
    middle === undefined || most === undefined
      ? '–'
      : `${Math.round(middle)} … ${Math.round(most)}`,
    supplyMv === undefined ? '–' : `${(supplyMv / 1_000).toFixed(2)} V`,
  ];
}
