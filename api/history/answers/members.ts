import type { BayId } from '#contract/ids.ts';
import type { Site } from '#contract/site-check.ts';
import type { Bay } from '#contract/site.ts';
import type { TimeWindow } from '#contract/time.ts';
import { versionSpans } from '../../site/placements.ts';
import type { DatedSite } from '../../site/placements.ts';
import { clippedSpans, mergedWith } from '../spans.ts';
import type { Span } from '../spans.ts';
import type { KnownSpan } from './known-time.ts';

/** When each bay belonged to what is asked for and had a sensor: in order, without overlap. */
export type Members = ReadonlyMap<BayId, readonly Span[]>;

/** `versions` in the order in which they were given: a bay's lot, class and zone are those of then. */
export function membersOf(
  versions: readonly DatedSite[],
  isMember: (bay: Bay) => boolean,
  { from, to }: TimeWindow,
): Members {
  const members = new Map<BayId, readonly Span[]>();
  const spans = versionSpans(versions);
  for (const [at, span] of spans.entries()) {
    const begin = Math.max(from, span.from);
    const until = Math.min(to, spans[at + 1]?.from ?? Infinity);
    if (begin >= until) continue;
    const { site } = span.version;
    const sensed = sensedBaysIn(site);
    for (const bay of site.bays) {
      const { id } = bay.properties;
      if (!sensed.has(id) || !isMember(bay)) continue;
      members.set(id, mergedWith(members.get(id) ?? [], { from: begin, until }));
    }
  }
  return members;
}

const known = new WeakMap<Site, ReadonlySet<BayId>>();

function sensedBaysIn(site: Site): ReadonlySet<BayId> {
  const before = known.get(site);
  if (before) return before;
  const sensed = new Set(
    site.gateways.flatMap(({ properties }) =>
      properties.lines.flatMap(({ sensors }) => sensors.map(({ bay }) => bay)),
    ),
  );
  known.set(site, sensed);
  return sensed;
}

export function isMemberAt(spans: readonly Span[] | undefined, at: number): boolean {
  return spans?.some(({ from, until }) => from <= at && at < until) ?? false;
}

/** What was known of a bay while it was a member. */
export function knownWithin(all: readonly KnownSpan[], spans: readonly Span[]): KnownSpan[] {
  return spans.flatMap((span) =>
    all.flatMap((each) =>
      clippedSpans([each], span.from, span.until).map((part) => ({ ...part, state: each.state })),
    ),
  );
}
