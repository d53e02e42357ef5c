import type { ScopeQuery } from '#contract/history.ts';
import { isShownSingly } from '#contract/bay-class.ts';
import { distanceM, middleOf, walkMinutesOf } from '#contract/geo.ts';
import type { LotId, MarketId } from '#contract/ids.ts';
import type { Lot, Market } from '#contract/site.ts';
import type { TimeWindow } from '#contract/time.ts';
import { RejectedError } from '#runtime/errors.ts';
import { membersOf } from '../history/answers/members.ts';
import type { Asked, Scope } from '../history/answers/statistics.ts';
import { localDay, WallClock } from '../history/answers/wall-clock.ts';
import { hoursKeyOf } from '../history/hours-key.ts';
import { coversLot, hasRole } from '../operations/caller.ts';
import type { Caller } from '../operations/caller.ts';
import type { ApiContext } from './context.ts';
import { orderedWindow } from './export-window.ts';

const DAY_MS = 86_400_000;
/** Three years, so that a year may be held against the one before. */
const MOST_DAYS = 1_100;

/** What an operator asks of the past, made out: which bays, when, as which of them is it theirs. */
export interface AskedPast extends Asked {
  /** The lots of the members, in the order of the site. */
  readonly shownLots: readonly LotId[];
  readonly withPrivate: boolean;
  readonly wallClock: WallClock;
}

type Past = Pick<ApiContext, 'index' | 'sites' | 'clock' | 'eventLog'>;

/** Throws RejectedError: unknown_lot, unknown_market, forbidden, range_too_wide, invalid_request. */
export function pastOf(context: Past, caller: Caller, query: ScopeQuery): AskedPast {
  const { timeZone } = context.index.site.header;
  const window = rangeOf(query, timeZone);
  const withPrivate = hasRole(caller, 'operator');
  if (query.class !== undefined && !isShownSingly(query.class) && !withPrivate) {
    throw new RejectedError('forbidden', 'Bays of single persons need the role operator.');
  }
  const { scope, shownLots } = scopeOf(context, { caller, query, window, withPrivate });
  const wallClock = new WallClock(timeZone);
  const now = context.clock.wallMs();
  const eventsSince = context.eventLog.sealedUntil;
  return { scope, window, timeZone, now, eventsSince, shownLots, withPrivate, wallClock };
}

/** A day means its midnight in the site's time zone. */
function rangeOf({ from, to }: Pick<ScopeQuery, 'from' | 'to'>, timeZone: string): TimeWindow {
  const instantOf = (text: string) =>
    text.includes('T') ? Date.parse(text) : localDay(text, timeZone).from;
  const window = orderedWindow({ from: instantOf(from), to: instantOf(to) });
  if (window.to - window.from > MOST_DAYS * DAY_MS) {
    throw new RejectedError('range_too_wide', `One answer has at most ${MOST_DAYS} days.`);
  }
  return window;
}

interface Wanted {
  readonly caller: Caller;
  readonly query: ScopeQuery;
  readonly window: TimeWindow;
  readonly withPrivate: boolean;
}

function scopeOf(context: Past, wanted: Wanted): { scope: Scope; shownLots: LotId[] } {
  const { sites } = context;
  const { query, window, withPrivate } = wanted;
  const lots = wantedLots(context, wanted);
  const met = new Set<LotId>();
  const members = membersOf(
    sites.versions,
    ({ properties: { lot, zone, class: bayClass } }) => {
      const isMember =
        lots.has(lot) &&
        (query.zone === undefined || zone === query.zone) &&
        (query.class === undefined || bayClass === query.class) &&
        (withPrivate || isShownSingly(bayClass));
      if (isMember) met.add(lot);
      return isMember;
    },
    window,
  );
  const everIn = new Set(
    [...members.keys()].flatMap((bay) => (sites.placements.get(bay) ?? []).map(({ lot }) => lot)),
  );
  const isWhole = query.zone === undefined && query.class === undefined;
  const keysOf = (lot: LotId) =>
    withPrivate ? [lot, hoursKeyOf({ lot, isPrivate: true })] : [lot];
  return {
    scope: {
      members,
      lots: [...everIn],
      hoursKeys: isWhole ? [...met].flatMap(keysOf) : undefined,
    },
    shownLots: [...lots].filter((lot) => met.has(lot)),
  };
}

/** Of any version of the site: a lot that is gone keeps its past. */
export function ownLots({ sites }: Pick<Past, 'sites'>, { scope }: Caller): ReadonlySet<LotId> {
  const ever = sites.versions.flatMap(({ site }) =>
    site.lots.map(({ properties }) => properties.id),
  );
  return new Set(ever.filter((lot) => coversLot(scope, lot)));
}

function wantedLots(context: Past, { caller, query }: Wanted): ReadonlySet<LotId> {
  const { index } = context;
  const own = ownLots(context, caller);
  const near =
    query.market === undefined
      ? own
      : nearLots(index.site.lots, marketOf(index, query.market), query.withinMinutes);
  if (query.lot === undefined) return new Set([...own].filter((lot) => near.has(lot)));
  refuseForeignLot(context, caller, query.lot);
  return new Set(near.has(query.lot) ? [query.lot] : []);
}

/** Throws RejectedError: unknown_lot, forbidden. */
export function refuseForeignLot(
  { sites }: Pick<Past, 'sites'>,
  { scope }: Caller,
  lot: LotId,
): void {
  const isKnown = sites.versions.some(({ site }) =>
    site.lots.some(({ properties }) => properties.id === lot),
  );
  if (!isKnown) throw new RejectedError('unknown_lot', `This site never had a lot "${lot}".`);
  if (!coversLot(scope, lot)) throw new RejectedError('forbidden', `Lot "${lot}" is not yours.`);
}

function marketOf({ markets }: Past['index'], id: MarketId): Market {
  const market = markets.get(id);
  if (!market) throw new RejectedError('unknown_market', `This site has no market "${id}".`);
  return market;
}

/** By the walk that the site file has measured, else by an estimate, as the driver's page has it. */
function nearLots(lots: readonly Lot[], market: Market, withinMinutes: number): Set<LotId> {
  const isNear = ({ properties, geometry }: Lot) => {
    const said = properties.walks?.find((walk) => walk.market === market.properties.id);
    if (said) return said.walkMinutes <= withinMinutes;
    const qualities = [properties.positionQuality, market.properties.positionQuality];
    if (qualities.includes('unknown')) return false;
    const place = (of: Lot | Market) => middleOf(of.geometry.coordinates);
    return walkMinutesOf(distanceM(middleOf(geometry.coordinates), place(market))) <= withinMinutes;
  };
  return new Set(lots.filter(isNear).map(({ properties }) => properties.id));
}
