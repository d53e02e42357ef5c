import { BayId, LineId, SensorId } from '#contract/ids.ts';
import type { SensorKind } from '#contract/site.ts';
import { ConfigError, messageOf, UnavailableError } from '#runtime/errors.ts';
import { listSerialPorts } from '../line/serial-ports.ts';
import type { Sample } from '../sense/sample.ts';
import { isWhole } from './ask-site.ts';
import type { Asker } from './asker.ts';
import type { DraftLine } from './draft-site.ts';
import { findSensors, hearLine, middleMm } from './find-sensors.ts';
import type { FoundLine, FoundSensor, Search, Trying } from './find-sensors.ts';
import { kindName } from './texts.ts';
import type { InitTexts } from './texts.ts';

/** What was said on the command line of ports and sensors. */
export interface SensorFlags {
  readonly port?: readonly string[];
  readonly kind?: string;
  readonly mountMm?: string;
}

const READ_MS = 3_000;
const FALLBACK_MOUNT_MM = 2_500;
const [LEAST_MOUNT_MM, MOST_MOUNT_MM] = [300, 10_000] as const;
/** Of a sensor's readings so many are shown. */
const SHOWN = 5;

/**
 * The lines of a new site: each port is listened to and asked, its sensors named, their readings
 * shown, and their heights taken. Throws UnavailableError where no sensor is found and nobody is
 * there to look at the cables.
 */
export async function askSensors(
  asker: Asker,
  texts: InitTexts,
  bays: number,
  flags: SensorFlags,
): Promise<readonly DraftLine[]> {
  const lines: DraftLine[] = [];
  const given = [...(flags.port ?? [])];
  let sensed = 0;
  for (;;) {
    const path = given.shift() ?? (await askPort(asker, texts, lines));
    const found = await searchPort(asker, texts, path, bays - sensed);
    if (found) {
      const line = await askLine(asker, texts, found, { flags, first: sensed + 1 });
      lines.push(line);
      sensed += line.sensors.length;
    }
    if (sensed >= bays) return lines;
    if (given.length > 0) continue;
    if (sensed === 0 && (await confirm(asker, texts, texts.again, asker.isPerson))) continue;
    if (sensed === 0) throw new UnavailableError('no_sensor', texts.silent);
    if (!(await confirm(asker, texts, texts.anotherPort(bays - sensed), false))) return lines;
  }
}

const confirm = (asker: Asker, { yes, no }: InitTexts, message: string, fallback: boolean) =>
  asker.confirm(message, { yes, no, fallback });

const OTHER = 'other';

async function askPort(
  asker: Asker,
  texts: InitTexts,
  lines: readonly DraftLine[],
): Promise<string> {
  const taken = new Set(lines.map(({ port }) => (port.kind === 'serial' ? port.path : '')));
  const ports = (await listSerialPorts()).filter(({ path }) => !taken.has(path));
  if (ports.length === 0) asker.warn(texts.noPort);
  if (!asker.isPerson && ports.length === 0) {
    throw new UnavailableError('no_port', `${texts.noPort} --port PATH`);
  }
  const [first, ...others] = ports.map(({ path, maker }) => ({
    value: path,
    label: maker === undefined ? path : `${path} (${maker})`,
  }));
  const other = { value: OTHER, label: texts.otherPort };
  const chosen = first ? await asker.choose(texts.port, [first, ...others, other]) : OTHER;
  if (chosen !== OTHER) return chosen;
  return asker.text(undefined, 'port', {
    message: texts.portPath,
    fallback: '/dev/ttyUSB0',
    check: () => undefined,
  });
}

async function searchPort(
  asker: Asker,
  texts: InitTexts,
  path: string,
  wanted: number,
): Promise<FoundLine | undefined> {
  const saying = (trying: Trying) =>
    trying.what === 'listening' ? texts.listening(path) : texts.asking(trying.baud, trying.parity);
  let search: Search;
  try {
    search = await asker.during(texts.listening(path), async (told) =>
      findSensors(path, { wanted, told: (trying) => told(saying(trying)) }),
    );
  } catch (error) {
    if (!(error instanceof UnavailableError) || !asker.isPerson) throw error;
    asker.warn(messageOf(error));
    return undefined;
  }
  if (search.kind === 'found') return search.line;
  asker.warn(
    search.kind === 'silent' ? texts.silent : texts.strange(search.bytes, search.addresses),
  );
  return undefined;
}

async function askLine(
  asker: Asker,
  texts: InitTexts,
  found: FoundLine,
  { flags, first }: { readonly flags: SensorFlags; readonly first: number },
): Promise<DraftLine> {
  const { path, baud, parity } = found;
  const kinds: SensorKind[] = [];
  for (const sensor of found.sensors) {
    // A line is of one kind where its sensors cannot tell: they are asked about once.
    const known = kinds.find((kind) => sensor.kinds.includes(kind) && sensor.kinds.length > 1);
    kinds.push(known ?? (await askKind(asker, texts, sensor, flags.kind)));
  }
  const draft = (mountsMm: readonly number[]): DraftLine => ({
    port: { kind: 'serial', path },
    baud,
    parity,
    sensors: found.sensors.map(({ address }, at) => ({
      kind: kinds[at] ?? 'pbn1',
      ...(address !== undefined && { address }),
      mountMm: mountsMm[at] ?? FALLBACK_MOUNT_MM,
    })),
  });
  const names = [...new Set(kinds)].map((kind) => kindName(kind)).join(' + ');
  const count = found.sensors.length > 1 ? `${found.sensors.length} × ` : '';
  asker.say(texts.found(`${count}${names}`, path, baud));

  const isEmpty = await confirm(asker, texts, texts.empty, true);
  const heard = await readings(asker, texts, draft([]), first);
  const mountsMm: number[] = [];
  for (const [at, samples] of heard.entries()) {
    const middle = (isEmpty ? middleMm(samples) : undefined) ?? FALLBACK_MOUNT_MM;
    const proposed = Math.min(MOST_MOUNT_MM, Math.max(LEAST_MOUNT_MM, middle));
    const mountMm = await asker.text(flags.mountMm, 'mount-mm', {
      message: texts.mount(first + at),
      fallback: String(proposed),
      check: (text) =>
        isWhole(text, LEAST_MOUNT_MM, MOST_MOUNT_MM) ? undefined : texts.mountExpected,
    });
    mountsMm.push(Number(mountMm));
  }
  return draft(mountsMm);
}

async function askKind(
  asker: Asker,
  texts: InitTexts,
  { kinds }: FoundSensor,
  flag: string | undefined,
): Promise<SensorKind> {
  const [likeliest, ...others] = kinds;
  if (flag !== undefined) {
    const given = kinds.find((kind) => kind === flag);
    if (given !== undefined) return given;
    throw new ConfigError([`--kind "${flag}": what was heard is ${kinds.join(' or ')}`]);
  }
  if (others.length === 0) return likeliest;
  const choice = (kind: SensorKind) => ({ value: kind, label: kindName(kind) });
  return asker.choose(texts.whichKind, [choice(likeliest), ...others.map(choice)]);
}

/** By the order of the line's sensors; shown while they come. */
async function readings(
  asker: Asker,
  texts: InitTexts,
  draft: DraftLine,
  first: number,
): Promise<readonly (readonly Sample[])[]> {
  const bays = draft.sensors.map((_, at) => BayId.parse(`bay-${first + at}`));
  const samples = draft.sensors.map((): Sample[] => []);
  const line = {
    ...draft,
    id: LineId.parse('line'),
    sensors: draft.sensors.map((sensor, at) => ({
      ...sensor,
      id: SensorId.parse(`sensor-${at + 1}`),
      bay: bays[at] ?? BayId.parse('bay'),
    })),
  };
  const saidOf = (at: number) => texts.readings(first + at, shownOf(samples[at] ?? [], texts));
  await asker.during(saidOf(0), async (told) => {
    let toldLast = '';
    await hearLine(line, READ_MS, (bay, sample) => {
      const at = bays.findIndex((each) => each === bay);
      samples[at]?.push(sample);
      toldLast = saidOf(at);
      if (asker.isPerson) told(toldLast);
    });
  });
  for (const at of samples.keys()) asker.say(saidOf(at));
  return samples;
}

function shownOf(samples: readonly Sample[], { nothingMeasured }: InitTexts): string {
  if (samples.length === 0) return nothingMeasured;
  return samples
    .slice(-SHOWN)
    .map(({ distance }) =>
      distance?.quality === 'ok' ? `${distance.value} mm` : (distance?.quality ?? nothingMeasured),
    )
    .join('  ');
}
