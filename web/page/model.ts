import type { Flow } from '#contract/chance.ts';
import type { HandOffApp } from '#contract/hand-off.ts';
import { calendarOf } from '#contract/calendar.ts';
import type { Calendar } from '#contract/calendar.ts';
import { placeTimeOf } from '#contract/hours.ts';
import type { LotId, MarketId } from '#contract/ids.ts';
import type { LotAnswer, MarketAnswer, SiteAnswer } from '#contract/http.ts';
import { answerOf, cardsOf, fallbackOf, nextBestOf } from '../lots/card.ts';
import type { Card } from '../lots/card.ts';
import type { LotNow } from '../lots/lot-now.ts';
import type { Platform } from '../handoff/platform.ts';
import type { Trip } from '../lots/trip.ts';
import { grants } from '../lots/wishes.ts';
import type { Wishes } from '../lots/wishes.ts';
import { formatFor } from '../text/format.ts';
import type { Format } from '../text/format.ts';
import { languages, localText } from '../text/language.ts';
import type { SpokenText } from '../text/language.ts';
import type { Texts } from '../text/texts.ts';
import type { ViewElement } from '../view/node.ts';
import type { LocalText } from '#contract/site.ts';

/**
 * How the page hears of changes. `static`: written by the server, nothing renews it. `lost`: the
 * server was last heard at `lastAt`.
 */
export type Connection =
  | { readonly kind: 'static' | 'connecting' | 'live' | 'polling' }
  | { readonly kind: 'lost'; readonly lastAt: number; readonly ageMs: number };

/** The site's data as one HTTP answer or the page itself brought it. */
export interface SiteData {
  readonly site: SiteAnswer;
  readonly markets: readonly MarketAnswer[];
  readonly lots: readonly LotAnswer[];
}

export interface PageState extends SiteData {
  readonly language: string;
  readonly market: MarketId | undefined;
  readonly now: ReadonlyMap<LotId, LotNow>;
  readonly connection: Connection;
  readonly simulated: boolean;
  readonly selected: LotId | undefined;
  readonly trip: Trip;
  readonly wishes: Wishes;
  readonly flows: ReadonlyMap<LotId, Flow>;
  /** Whether far lots are listed. */
  readonly far: boolean;
  /** Where this phone led its driver, not long ago. */
  readonly yours: LotId | undefined;
  readonly platform: Platform | undefined;
  /** Of this page; '' where nobody opens it yet. */
  readonly pageUrl: string;
  /** The map app that was last chosen. */
  readonly app: HandOffApp | undefined;
  readonly extra: ExtraViews | undefined;
  /** The server's clock. */
  readonly at: number;
  /** How long ago the server was last heard. */
  readonly contactAgeMs: number;
}

/** What of the page is not needed at its first look. */
export interface ExtraViews {
  /** What a lot's fold holds. */
  readonly details: (card: Card, model: PageModel) => ViewElement;
  /** Other map apps, sharing, showing. */
  readonly more: (card: Card, model: PageModel) => ViewElement;
  /** The lot that the driver is on the way to. */
  readonly yours: (card: Card, model: PageModel) => ViewElement;
}

/** All that the views show, decided. */
export interface PageModel {
  readonly language: string;
  readonly texts: Texts;
  readonly format: Format;
  readonly site: SiteAnswer;
  /** The page's languages that the site wants, the page's own among them. */
  readonly languages: readonly string[];
  readonly markets: readonly MarketAnswer[];
  readonly market: MarketAnswer | undefined;
  /** In the order of the site file; the same list until the site changes. */
  readonly lots: readonly LotAnswer[];
  readonly cards: readonly Card[];
  /** The lot with the one black button: the chosen one, else the answer, else the next best. */
  readonly pointed: LotId | undefined;
  readonly answer: LotId | undefined;
  readonly selected: LotId | undefined;
  readonly trip: Trip;
  readonly wishes: Wishes;
  readonly far: boolean;
  /** Lots that the wishes hide. */
  readonly hidden: number;
  readonly yours: Card | undefined;
  readonly fallback: (card: Card) => Card | undefined;
  /** undefined: that part of the program is not there yet. */
  readonly extra: ExtraViews | undefined;
  readonly platform: Platform | undefined;
  readonly pageUrl: string;
  readonly app: HandOffApp | undefined;
  readonly connection: Connection;
  readonly simulated: boolean;
  readonly at: number;
  readonly local: (texts: LocalText) => SpokenText;
}

/** What does not change from second to second: made once for a site and a language. */
export interface Wording {
  readonly texts: Texts;
  readonly format: Format;
  readonly languages: readonly string[];
  readonly local: (texts: LocalText) => SpokenText;
  readonly calendar: Calendar;
}

export function wordingOf(language: string, site: SiteAnswer, texts: Texts): Wording {
  return {
    texts,
    format: formatFor(language, site, texts),
    languages: languages.filter((each) => each === language || site.languages.includes(each)),
    local: (local) => localText(local, language, site.languages),
    calendar: calendarOf(site.timeZone, site.holidays),
  };
}

export function pageModelOf(state: PageState, wording: Wording): PageModel {
  const { site, markets, lots, now, at, contactAgeMs, connection, trip } = state;
  const { calendar } = wording;
  const market = markets.find((each) => each.market === state.market) ?? markets[0];
  const place = placeTimeOf(at, calendar);
  const moment = { at, place, contactAgeMs, lost: connection.kind === 'lost' };
  const { flows, wishes, far, platform, app } = state;
  const all = cardsOf({ calendar, market, lots, now, flows, moment, trip });
  const cards = all.filter((card) => grants(card, wishes));
  const answer = answerOf(cards)?.lot.lot;
  return {
    ...wording,
    language: state.language,
    site,
    markets,
    market,
    lots,
    cards,
    pointed: state.selected ?? answer ?? nextBestOf(cards)?.lot.lot,
    answer,
    selected: state.selected,
    trip,
    wishes,
    far,
    hidden: all.length - cards.length,
    yours: all.find(({ lot }) => lot.lot === state.yours),
    fallback: (card) => fallbackOf(cards, card),
    extra: state.extra,
    platform,
    pageUrl: state.pageUrl,
    app,
    connection,
    simulated: state.simulated,
    at,
  };
}
