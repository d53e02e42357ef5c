import type * as z from 'zod';
import { sharingRead } from './as-read.ts';
import { featureSchemas, SiteHeader } from './site.ts';
import type {
  Backdrop,
  Bay,
  Entrance,
  FeatureKind,
  Gateway,
  LocalText,
  Lot,
  Market,
  Sign,
} from './site.ts';
import { idKeyOf, nameOf } from './site-feature.ts';
import type { AnyFeature, Placed, SiteProblem } from './site-feature.ts';
import { referenceProblems } from './site-references.ts';
import { distanceM, middleOf } from './geo.ts';
import type { Position } from './geo.ts';

/** A site file that was parsed and checked, by kind, in the order of the file. */
export interface Site {
  readonly header: SiteHeader;
  readonly markets: readonly Market[];
  readonly lots: readonly Lot[];
  readonly entrances: readonly Entrance[];
  readonly bays: readonly Bay[];
  readonly gateways: readonly Gateway[];
  readonly signs: readonly Sign[];
  readonly backdrop: readonly Backdrop[];
  /** Any line is simulated: every answer, message, sign and page must say so. */
  readonly simulated: boolean;
}

export type SiteRead =
  | { readonly ok: true; readonly site: Site }
  | { readonly ok: false; readonly problems: readonly SiteProblem[] };

/** How far a feature may be from the site's middle: farther is a swapped or mistyped position. */
const MAX_SPREAD_M = 100_000;

/**
 * Every problem of the file at once; a site only when there is none. The site shares its parts with
 * `json`, which must not be changed any more.
 */
export function readSite(json: unknown): SiteRead {
  const problems: SiteProblem[] = [];
  const file = asRecord(json);
  if (file?.['type'] !== 'FeatureCollection' || !Array.isArray(file['features'])) {
    const expected = 'a GeoJSON FeatureCollection with an array of features';
    return { ok: false, problems: [{ feature: 'file', field: 'type', expected }] };
  }
  const header = SiteHeader.safeParse(file['binjari']);
  if (!header.success) problems.push(...issuesOf('file', 'binjari', header.error));

  const placed: Placed[] = [];
  const unread = new Set<string>();
  for (const [at, sent] of (file['features'] as unknown[]).entries()) {
    const feature = readFeature(at, sent, problems);
    if (feature) placed.push({ at, feature });
    else unread.add(idKeyOf(asRecord(asRecord(sent)?.['properties']) ?? {}));
  }
  problems.push(...spreadProblems(placed));
  problems.push(...referenceProblems(placed, unread));
  if (header.success) problems.push(...languageProblems(placed, header.data));
  if (!header.success || problems.length > 0) return { ok: false, problems };
  return { ok: true, site: assemble(header.data, placed) };
}

/** One line a problem, as a person reads them. */
export function problemLines(problems: readonly SiteProblem[]): string[] {
  return problems.map(({ feature, field, expected }) => `${feature}: ${field}: ${expected}`);
}

function assemble(header: SiteHeader, placed: readonly Placed[]): Site {
  const of = <T extends AnyFeature>(kind: FeatureKind) =>
    placed.filter(({ feature }) => feature.properties.kind === kind).map((p) => p.feature as T);
  const gateways = of<Gateway>('gateway');
  return {
    header,
    markets: of<Market>('market'),
    lots: of<Lot>('lot'),
    entrances: of<Entrance>('entrance'),
    bays: of<Bay>('bay'),
    gateways,
    signs: of<Sign>('sign'),
    backdrop: of<Backdrop>('backdrop'),
    simulated: gateways.some(isSimulated),
  };
}

/** Whether any of the gateway's lines is fed by the simulator. */
export function isSimulated(gateway: Gateway): boolean {
  return gateway.properties.lines.some((line) => line.port.kind === 'simulated');
}

function readFeature(at: number, json: unknown, problems: SiteProblem[]): AnyFeature | undefined {
  const record = asRecord(json);
  const properties = asRecord(record?.['properties']);
  const kind = properties?.['kind'];
  const id = typeof properties?.['id'] === 'string' ? ` "${properties['id']}"` : '';
  if (typeof kind !== 'string' || !Object.hasOwn(featureSchemas, kind)) {
    const expected = `one of ${Object.keys(featureSchemas).join(', ')}`;
    problems.push({ feature: `features[${at}]`, field: 'properties.kind', expected });
    return undefined;
  }
  const parsed = featureSchemas[kind as FeatureKind].safeParse(record);
  if (parsed.success) return sharingRead(parsed.data, record);
  problems.push(...issuesOf(`features[${at}] ${kind}${id}`, '', parsed.error));
  return undefined;
}

function issuesOf(feature: string, prefix: string, error: z.ZodError): SiteProblem[] {
  return error.issues.map((issue) => ({
    feature,
    field: [prefix, ...issue.path.map(String)].filter((part) => part !== '').join('.') || '.',
    expected: issue.message,
  }));
}

function asRecord(json: unknown): Readonly<Record<string, unknown>> | undefined {
  return typeof json === 'object' && json !== null && !Array.isArray(json)
    ? (json as Readonly<Record<string, unknown>>)
    : undefined;
}

/** Swapped coordinates are valid GeoJSON more often than not: what is far from all else is wrong. */
function spreadProblems(placed: readonly Placed[]): SiteProblem[] {
  const middles: { readonly entry: Placed; readonly middle: Position }[] = [];
  for (const entry of placed) {
    const { geometry } = entry.feature;
    if (geometry !== null) middles.push({ entry, middle: middleOf(geometry.coordinates) });
  }
  const median = (values: number[]) =>
    values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? 0;
  const [first] = middles;
  if (first === undefined) return [];
  // Of two, neither is the odd one out: the second is named, and tells where the first is.
  const middle: Position =
    middles.length < 3
      ? first.middle
      : [median(middles.map((m) => m.middle[0])), median(middles.map((m) => m.middle[1]))];
  return middles
    .filter((m) => distanceM(m.middle, middle) > MAX_SPREAD_M)
    .map((m) => ({
      feature: nameOf(m.entry),
      field: 'geometry.coordinates',
      expected: `a place within ${MAX_SPREAD_M / 1_000} km of the rest of the site, [longitude, latitude]; got [${m.middle.join(', ')}]: swapped?`,
    }));
}

function languageProblems(placed: readonly Placed[], header: SiteHeader): SiteProblem[] {
  const [first] = header.languages;
  if (first === undefined) return [];
  const missing = (feature: string, prefix: string, fields: object) =>
    Object.entries(fields)
      .filter(([field, value]) => isLocalText(field, value) && !(first in (value as LocalText)))
      .map(([field]) => ({
        feature,
        field: `${prefix}.${field}`,
        expected: `a text in the site's first language, "${first}"`,
      }));
  return [
    ...missing('file', 'binjari', header),
    ...placed.flatMap((entry) => missing(nameOf(entry), 'properties', entry.feature.properties)),
  ];
}

const LOCAL_FIELDS = new Set(['name', 'address', 'operator', 'payment', 'notice', 'attribution']);
const isLocalText = (field: string, value: unknown): boolean =>
  LOCAL_FIELDS.has(field) && typeof value === 'object';
