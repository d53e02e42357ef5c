import * as z from 'zod';
import type { Site } from './site-check.ts';

/** What a new site file changes; each entry names the thing, and where it moved or what changed. */
export const DIFF_KINDS = [
  'markets',
  'lots',
  'entrances',
  'bays',
  'gateways',
  'lines',
  'sensors',
  'signs',
] as const;
export type DiffKind = (typeof DIFF_KINDS)[number];

const names = z.array(z.string());
export const KindDiff = z.object({
  added: names,
  moved: names.describe('to another place, lot, line, bay, port or address'),
  changed: names,
  removed: names,
});
export type KindDiff = z.infer<typeof KindDiff>;
export const SiteDiff = z.object({
  kinds: z.object({
    markets: KindDiff,
    lots: KindDiff,
    entrances: KindDiff,
    bays: KindDiff,
    gateways: KindDiff,
    lines: KindDiff,
    sensors: KindDiff,
    signs: KindDiff,
  }),
  /** Fields of the file's head that differ, but for its date; and the backdrop, as one. */
  head: names,
});
export type SiteDiff = z.infer<typeof SiteDiff>;

/** A thing of the site: where it is, in words, and everything else of it. */
interface Thing {
  readonly places: Readonly<Record<string, string>>;
  readonly rest: Readonly<Record<string, unknown>>;
}

export function siteDiffOf(before: Site, after: Site): SiteDiff {
  const kinds = Object.fromEntries(
    DIFF_KINDS.map((kind) => [kind, kindDiffOf(thingsOf[kind](before), thingsOf[kind](after))]),
  ) as Record<DiffKind, KindDiff>;
  const { validFrom: _before, ...headBefore } = before.header;
  const { validFrom: _after, ...headAfter } = after.header;
  const head = differences(headBefore, headAfter);
  if (textOf(before.backdrop) !== textOf(after.backdrop)) head.push('backdrop');
  return { kinds, head };
}

export function isSameSite({ kinds, head }: SiteDiff): boolean {
  return (
    head.length === 0 && Object.values(kinds).every((of) => Object.values(of).flat().length === 0)
  );
}

/** As a person reads it: a line of counts for each kind that changes, then the names. */
export function diffLines({ kinds, head }: SiteDiff): string[] {
  const lines = DIFF_KINDS.flatMap((kind) => {
    const of = Object.entries(kinds[kind]).filter(([, entries]) => entries.length > 0);
    if (of.length === 0) return [];
    const counts = of.map(([how, entries]) => `${entries.length} ${how}`).join(', ');
    const signs: Readonly<Record<string, string>> = { added: '+', moved: '>', removed: '-' };
    return [
      `${kind}: ${counts}`,
      ...of.flatMap(([how, entries]) => entries.map((entry) => `  ${signs[how] ?? '~'} ${entry}`)),
    ];
  });
  return head.length === 0 ? lines : [`head: ${head.join(', ')}`, ...lines];
}

const thingsOf: Readonly<Record<DiffKind, (site: Site) => Map<string, Thing>>> = {
  markets: ({ markets }) => byId(markets, []),
  lots: ({ lots }) => byId(lots, []),
  entrances: ({ entrances }) => byId(entrances, ['lot']),
  bays: ({ bays }) => byId(bays, ['lot']),
  signs: ({ signs }) => byId(signs, []),
  gateways: ({ gateways }) => byId(gateways, [], ['lines']),
  lines: ({ gateways }) =>
    new Map(
      gateways.flatMap(({ properties: { id: gateway, lines } }) =>
        lines.map(({ id, port, sensors: _sensors, ...rest }) => [
          `${gateway} ${id}`,
          { places: { port: textOf(port) }, rest },
        ]),
      ),
    ),
  sensors: ({ gateways }) =>
    new Map(
      gateways.flatMap(({ properties: { id: gateway, lines } }) =>
        lines.flatMap(({ id: line, sensors }) =>
          sensors.map(({ id, bay, address, ...rest }) => {
            const places = { line: `${gateway} ${line}`, bay, address: String(address ?? 'none') };
            return [`${gateway} ${id}`, { places, rest }] as const;
          }),
        ),
      ),
    ),
};

interface Feature {
  readonly geometry: unknown;
  readonly properties: { readonly id: string };
}

function byId(
  features: readonly Feature[],
  placeKeys: readonly string[],
  left: readonly string[] = [],
): Map<string, Thing> {
  return new Map(
    features.map(({ geometry, properties }) => {
      const entries = Object.entries(properties);
      const places = Object.fromEntries(entries.filter(([key]) => placeKeys.includes(key)));
      const rest = entries.filter(([key]) => !placeKeys.includes(key) && !left.includes(key));
      const thing = {
        places: { ...places, place: textOf(geometry) },
        rest: Object.fromEntries(rest),
      };
      return [properties.id, thing];
    }),
  );
}

function kindDiffOf(before: Map<string, Thing>, after: Map<string, Thing>): KindDiff {
  const diff: KindDiff = { added: [], moved: [], changed: [], removed: [] };
  for (const [name, thing] of after) {
    const old = before.get(name);
    if (!old) {
      diff.added.push(name);
      continue;
    }
    const moves = Object.keys(thing.places)
      .filter((key) => old.places[key] !== thing.places[key])
      .map((key) =>
        key === 'place' ? 'place' : `${key} ${old.places[key]} → ${thing.places[key]}`,
      );
    const changes = differences(old.rest, thing.rest);
    if (moves.length > 0) diff.moved.push(`${name} (${moves.join(', ')})`);
    if (changes.length > 0) diff.changed.push(`${name} (${changes.join(', ')})`);
  }
  diff.removed.push(...[...before.keys()].filter((name) => !after.has(name)));
  return diff;
}

function differences(
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): string[] {
  const keys = new Set([...Object.keys(before), ...Object.keys(after)]);
  return [...keys].filter((key) => textOf(before[key]) !== textOf(after[key]));
}

/** Parsed by the same schema, so that keys stand in the same order. */
const textOf = (value: unknown): string => JSON.stringify(value) ?? '';
