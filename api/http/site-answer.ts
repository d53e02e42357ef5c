import type { FlowAnswer, LotAnswer, MarketAnswer, SiteAnswer } from '#contract/http.ts';
import type { ClassCount } from '#contract/bay.ts';
import { freshnessOf } from '#contract/deadlines.ts';
import { middleOf } from '#contract/geo.ts';
import { headlineOf } from '#contract/headline.ts';
import type { Headline } from '#contract/headline.ts';
import type { LotLive } from '#contract/live.ts';
import type { Lot, Market } from '#contract/site.ts';
import { isoOf } from '#contract/time.ts';
import { holidaysAround } from '../site/holidays.ts';
import type { LotFlows } from '../state/lot-flows.ts';
import type { SiteIndex } from './site-index.ts';
import { tileUrlOf } from './tile-file.ts';

/** `at`: about when it is asked, epoch milliseconds; it may be kept for a year. */
export function siteAnswerOf({ site, revision }: SiteIndex, at: number): SiteAnswer {
  const { header, simulated } = site;
  return {
    site: header.site,
    name: header.name,
    revision,
    validFrom: header.validFrom,
    languages: header.languages,
    currency: header.currency,
    timeZone: header.timeZone,
    country: header.country,
    holidays: holidaysAround(at, header),
    handOff: header.handOff,
    ...(header.tiles && { tiles: { ...header.tiles, url: tileUrlOf(header.tiles.url) } }),
    ...(header.attribution && { attribution: header.attribution }),
    simulated,
  };
}

export function marketAnswerOf({ geometry, properties }: Market): MarketAnswer {
  return {
    market: properties.id,
    name: properties.name,
    position: geometry.coordinates,
    positionQuality: properties.positionQuality,
    ...(properties.address && { address: properties.address }),
    ...(properties.phone !== undefined && { phone: properties.phone }),
    ...(properties.marketDays && { marketDays: properties.marketDays }),
  };
}

/** Of every lot of which anything is known to come and go. */
export function flowAnswersOf(
  { site }: SiteIndex,
  { flowOf }: Pick<LotFlows, 'flowOf'>,
): FlowAnswer[] {
  return site.lots.flatMap(({ properties: { id } }) => {
    const flow = flowOf(id);
    return flow ? [{ lot: id, ...flow }] : [];
  });
}

/** A lot as the site says it and what is known of it at `now` (the server's clock). */
export function lotAnswerOf(
  index: SiteIndex,
  { geometry, properties }: Lot,
  live: LotLive | undefined,
  now: number,
): LotAnswer {
  const { kind: _kind, source: _source, id, walks, ...said } = properties;
  const fact = factAt(live, now);
  const headline = headlineOf(live, said.instrumented !== 'none' || fact !== null, now);
  const [lng, lat] = middleOf(geometry.coordinates);
  // Of what the headline says; without one, when anything was last observed.
  const observedAt = 'ageMs' in headline ? now - headline.ageMs : (live?.observedAt ?? null);
  return {
    ...said,
    lot: id,
    position: [lng, lat],
    entrances: index.entrancesOf(id).map((entrance) => ({
      position: entrance.geometry.coordinates,
      positionQuality: entrance.properties.positionQuality,
    })),
    sensedBays: index.sensedBaysOf(id),
    closedBays: index.closedBaysOf(id),
    walks: walks ?? [],
    vacant: headline.kind === 'count' ? headline.vacant : null,
    unknown: 'unknown' in headline ? headline.unknown : 0,
    counts: countsAt(live, now),
    fact,
    state: stateOf(headline),
    observedAt: observedAt === null ? null : isoOf(observedAt),
  };
}

/** Past its validity a fact is none. */
function factAt(live: LotLive | undefined, now: number): LotAnswer['fact'] {
  if (!live?.fact || now >= live.fact.validUntil) return null;
  const { sensedAt, validUntil, ...said } = live.fact;
  return { ...said, sensedAt: isoOf(sensedAt), validUntil: isoOf(validUntil) };
}

function stateOf(headline: Headline): LotAnswer['state'] {
  return headline.kind === 'count' || headline.kind === 'band' ? headline.freshness : headline.kind;
}

/** Past their deadline the counts say how many bays there are, and nothing of their states. */
export function countsAt(live: LotLive | undefined, now: number): ClassCount[] {
  if (!live) return [];
  const ageMs = live.observedAt === null ? undefined : Math.max(0, now - live.observedAt);
  if (freshnessOf(ageMs) !== 'stale') return [...live.counts];
  return live.counts.map(({ class: bayClass, vacant, occupied, unknown }) => ({
    class: bayClass,
    vacant: 0,
    occupied: 0,
    unknown: vacant + occupied + unknown,
  }));
}
