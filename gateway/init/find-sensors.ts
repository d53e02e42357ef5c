import type { LineProperties, SensorKind } from '#contract/site.ts';
import { systemClock } from '#runtime/clock.ts';
import { silentLog } from '#runtime/log.ts';
import { openDriver } from '../bus/open-driver.ts';
import { keepLine } from '../line/kept-line.ts';
import { serialLine } from '../line/serial-line.ts';
import type { SerialSettings } from '../line/serial-line.ts';
import type { Sample } from '../sense/sample.ts';
import { FamilyEar } from './hear-family.ts';
import { searchModbus } from './modbus-search.ts';
import { rest, withPort } from './port-at.ts';

/** A sensor that was heard, and how. */
export interface FoundSensor {
  /** More than one where what it says does not tell, the likeliest first. */
  readonly kinds: readonly [SensorKind, ...SensorKind[]];
  readonly address: number | undefined;
}

/** A port and what hangs on it. */
export interface FoundLine extends SerialSettings {
  readonly sensors: readonly FoundSensor[];
}

/** What is being tried on a port. */
export type Trying =
  | { readonly what: 'listening' }
  | { readonly what: 'asking'; readonly baud: number; readonly parity: string };

export type Search =
  | { readonly kind: 'found'; readonly line: FoundLine }
  /** Bytes came, or somebody answered, and it is nothing we know. */
  | { readonly kind: 'strange'; readonly bytes: number; readonly addresses: readonly number[] }
  | { readonly kind: 'silent' };

/** All sensors that speak by themselves do so at this speed. */
const FREE_RUNNING = { baud: 9_600, parity: 'none' } as const;
const LISTEN_MS = 1_500;
const LISTEN_STEP_MS = 50;

/**
 * What hangs on a serial port: listened to first, then asked at every usual speed. Throws
 * UnavailableError for a port that cannot be opened.
 */
export async function findSensors(
  path: string,
  { wanted, told }: { readonly wanted: number; readonly told: (trying: Trying) => void },
): Promise<Search> {
  told({ what: 'listening' });
  const heard = await withPort({ path, ...FREE_RUNNING }, async (port) => {
    const ear = new FamilyEar();
    port.listen((chunk) => ear.hear(chunk));
    for (let ms = 0; ms < LISTEN_MS && !ear.isSure; ms += LISTEN_STEP_MS) {
      await rest(LISTEN_STEP_MS);
    }
    return ear.heard();
  });
  const [kind, ...others] = heard.kinds;
  if (kind !== undefined) {
    const sensor: FoundSensor = { kinds: [kind, ...others], address: undefined };
    return { kind: 'found', line: { path, ...FREE_RUNNING, sensors: [sensor] } };
  }
  const bus = await searchModbus(path, {
    wanted,
    told: (link) => told({ what: 'asking', ...link }),
  });
  const sensors = (bus?.nodes ?? []).flatMap(({ kinds: [first, ...rest], address }) =>
    first === undefined ? [] : [{ kinds: [first, ...rest] as const, address }],
  );
  if (bus && sensors.length > 0) {
    return { kind: 'found', line: { path, baud: bus.baud, parity: bus.parity, sensors } };
  }
  const addresses = bus?.strangers ?? [];
  if (heard.bytes === 0 && addresses.length === 0) return { kind: 'silent' };
  return { kind: 'strange', bytes: heard.bytes, addresses };
}

/** What each sensor of a line says meanwhile, as a gateway would hear it. */
export async function hearLine(
  line: LineProperties,
  forMs: number,
  take: (bay: string, sample: Sample) => void,
): Promise<void> {
  if (line.port.kind !== 'serial') throw new Error('expected a serial line');
  const { path } = line.port;
  const driver = openDriver(line, {
    clock: systemClock,
    share: 0,
    take,
    trouble: () => undefined,
  });
  const kept = keepLine({
    open: serialLine({ path, baud: line.baud, parity: line.parity }),
    user: driver,
    silenceMs: 2 * forMs,
    clock: systemClock,
    log: silentLog,
  });
  try {
    await rest(forMs);
  } finally {
    await kept.close();
  }
}

/** The middle of what was measured, to the centimetre; undefined where nothing was. */
export function middleMm(samples: readonly Sample[]): number | undefined {
  const measured = samples
    .flatMap(({ distance }) => (distance?.quality === 'ok' ? [distance.value] : []))
    .toSorted((a, b) => a - b);
  const middle = measured[measured.length >> 1];
  return middle === undefined ? undefined : 10 * Math.round(middle / 10);
}
