import { setTimeout as sleep } from 'node:timers/promises';
import { InvalidArgumentError, Option } from 'commander';
import type { Command } from 'commander';
import { FACTORY_LINK, PARITIES } from '#contract/node-config.ts';
import type { Link } from '#contract/node-config.ts';
import { isModbusKind } from '#contract/sensor-kind.ts';
import type { Site } from '#contract/site-check.ts';
import type { LineProperties, SensorProperties } from '#contract/site.ts';
import { systemClock } from '#runtime/clock.ts';
import { ConfigError, UnavailableError } from '#runtime/errors.ts';
import { simulatedLinePath } from '#runtime/line-path.ts';
import { readSiteFolder } from '#runtime/site-folder.ts';
import { serialLine } from '../line/serial-line.ts';
import { tcpLine } from '../line/tcp-line.ts';
import type { PlacedSensor } from '../provision/check-line.ts';
import type { LineAccess } from '../provision/line-access.ts';

/** A line, and what the site file says of it where that was named. */
export interface WhichLine {
  readonly access: LineAccess;
  readonly link: Link;
  /** For a headline. */
  readonly title: string;
  /** Along the cable, as the site file lists them; empty without one. */
  readonly sensors: readonly SitedSensor[];
}

export interface SitedSensor extends PlacedSensor {
  readonly bay: string;
  readonly mountMm: number;
}

export interface LineOptions {
  readonly port?: string;
  readonly baud?: number;
  readonly parity?: Link['parity'];
  readonly site?: string;
  readonly gateway?: string;
  readonly line?: string;
  readonly linesFolder: string;
  readonly json?: boolean;
}

/** The options that every command about a line takes. */
export function withLineOptions(command: Command): Command {
  return command
    .option('--port <port>', 'a serial port (/dev/serial/by-id/…) or tcp://HOST:PORT')
    .option('--baud <baud>', `speed (${FACTORY_LINK.baud}, or the site's)`, wholeNumber)
    .addOption(
      new Option('--parity <parity>', `(${FACTORY_LINK.parity}, or the site's)`).choices(PARITIES),
    )
    .option('--site <folder>', 'the site folder that knows the line, in place of --port')
    .option('--gateway <id>', 'which gateway of the site, where it has several')
    .option('--line <id>', 'which line of the gateway, where it has several')
    .option('--lines-folder <folder>', 'where simulated lines are published', 'data/lines')
    .option('--json', 'for machines');
}

export function wholeNumber(given: string): number {
  const value = Number(given);
  if (/^\d+$/.test(given) && Number.isSafeInteger(value)) return value;
  throw new InvalidArgumentError('expected a whole number');
}

export function anAddress(given: string): number {
  const value = wholeNumber(given);
  if (value >= 1 && value <= 247) return value;
  throw new InvalidArgumentError('expected an address, 1 to 247');
}

/** `1-32,247` */
export function addressList(given: string): number[] {
  const addresses = given.split(',').flatMap((part) => {
    const [from, to] = part.split('-').map(anAddress);
    if (from === undefined || (to !== undefined && to < from)) {
      throw new InvalidArgumentError('expected e.g. 1-32,247');
    }
    return Array.from({ length: (to ?? from) - from + 1 }, (_, at) => from + at);
  });
  return [...new Set(addresses)];
}

/** The line that the options name; throws ConfigError where they name none, or several. */
export function whichLine(options: LineOptions): WhichLine {
  const { port, site } = options;
  if (port !== undefined && site !== undefined) {
    throw new ConfigError(['--port and --site: expected one of them']);
  }
  if (site !== undefined) return lineOfSite(readSiteFolder(site), options);
  if (port === undefined) {
    throw new ConfigError([
      '--port: which line? expected --port /dev/serial/by-id/…, or --site FOLDER --gateway ID --line ID',
    ]);
  }
  const link = linkOf(options, FACTORY_LINK);
  return { access: accessOf(port), link, title: port, sensors: [] };
}

function lineOfSite(site: Site, options: LineOptions): WhichLine {
  const gateway = oneOf(
    'gateway',
    options.gateway,
    site.gateways.map(({ properties }) => properties),
  );
  const line = oneOf('line', options.line, gateway.lines);
  const path =
    line.port.kind === 'simulated'
      ? simulatedLinePath(options.linesFolder, gateway.id, line.id)
      : line.port.kind === 'serial'
        ? line.port.path
        : `tcp://${line.port.host}:${line.port.port}`;
  const labels = new Map(site.bays.map(({ properties }) => [properties.id, properties.label]));
  return {
    access: accessOf(path),
    link: linkOf(options, line),
    title: `${site.header.site} · ${gateway.id} · ${line.id}`,
    sensors: line.sensors.flatMap((sensor) => sited(sensor, labels.get(sensor.bay))),
  };
}

function sited(
  { bay, kind, address, mountMm }: SensorProperties,
  label = bay as string,
): SitedSensor[] {
  if (!isModbusKind(kind) || address === undefined) return [];
  return [{ address, kind, name: label, bay, mountMm }];
}

const linkOf = (
  { baud, parity }: LineOptions,
  otherwise: Pick<LineProperties, 'baud' | 'parity'>,
) => ({
  baud: baud ?? otherwise.baud,
  parity: parity ?? otherwise.parity,
});

function oneOf<T extends { readonly id: string }>(
  what: string,
  wanted: string | undefined,
  all: readonly T[],
): T {
  const found = wanted === undefined ? all : all.filter(({ id }) => id === wanted);
  const [only] = found;
  if (only !== undefined && found.length === 1) return only;
  const known = all.map(({ id }) => id).join(', ');
  const said = wanted === undefined ? 'which one?' : `"${wanted}" is not there;`;
  throw new ConfigError([`--${what}: ${said} the site has: ${known}`]);
}

function accessOf(port: string): LineAccess {
  const tcp = /^tcp:\/\/(\[[^\]]+\]|[^:/]+):(\d+)$/.exec(port);
  const name = tcp ? `${tcp[1]}:${tcp[2]}` : port;
  return {
    name,
    isTunable: tcp === null,
    clock: systemClock,
    open: async (link, listener) => {
      const [, host = '', tcpPort] = tcp ?? [];
      const open = tcp
        ? tcpLine({ host: host.replaceAll(/[[\]]/g, ''), port: Number(tcpPort) })
        : serialLine({ path: port, ...link });
      try {
        return await open(listener);
      } catch (error) {
        throw error instanceof UnavailableError ? inWords(error, name, tcp !== null) : error;
      }
    },
    pause: async (ms) => {
      await sleep(ms);
    },
  };
}

function inWords(error: UnavailableError, name: string, isTcp: boolean): UnavailableError {
  const { message } = error;
  if (/lock|busy|temporarily unavailable/i.test(message)) {
    const inUse = `${name} is in use by another program, most likely a gateway that runs: stop that one first`;
    return new UnavailableError('line_in_use', inUse, { cause: error });
  }
  const look = isTcp
    ? 'is the serial server on, is its port right, and has nobody else a connection to it (a gateway that runs)?'
    : 'is the adapter plugged in, and may this user open it (group dialout)?';
  return new UnavailableError(error.code, `${message}; ${look}`, { cause: error });
}
