import { deadlines } from '#contract/deadlines.ts';
import type { BayId, LotId } from '#contract/ids.ts';
import type { Channel, LiveMessage, WatchMessage } from '#contract/live.ts';
import type { PageInput } from '#contract/page.ts';
import type { Flow } from '#contract/chance.ts';
import type { DriverProfile } from '#contract/driver.ts';
import type { HandOffApp } from '#contract/hand-off.ts';
import type { FlowAnswer, LotAnswer } from '#contract/http.ts';
import type { Platform } from '../handoff/platform.ts';
import { BackOff } from '../live/back-off.ts';
import { LiveBook } from '../live/live-book.ts';
import type { BayNow } from '../live/live-book.ts';
import type { Applied } from '../live/live-book.ts';
import type { FeedKind } from '../live/live-feed.ts';
import { ServerClock } from '../live/server-clock.ts';
import type { BrowserClock } from '../live/server-clock.ts';
import { priceHere, timesOf } from '../lots/prices.ts';
import { FIRST_TRIP } from '../lots/trip.ts';
import type { Trip } from '../lots/trip.ts';
import type { Wishes } from '../lots/wishes.ts';
import type { Kept } from './kept.ts';
import { lotNowOfAnswer } from '../lots/lot-now.ts';
import type { Texts } from '../text/texts.ts';
import { pageModelOf, wordingOf } from './model.ts';
import type { Connection, ExtraViews, PageModel, SiteData, Wording } from './model.ts';

export interface DriverPageOptions {
  readonly input: PageInput;
  /** Of the page's language. */
  readonly texts: Texts;
  readonly clock: BrowserClock;
  readonly kept: Kept;
  readonly platform: Platform;
  readonly pageUrl: string;
  /** The site anew, past every cache. */
  readonly fetchSite: () => Promise<SiteData>;
  /** Something may look different now. */
  readonly changed: () => void;
  /** Nothing but watched bays may. */
  readonly baysChanged: () => void;
}

/** The page looks at its clock this often: ages tick, deadlines pass. */
export const TICK_MS = 500;
/** Who came and went says little of now when it is older than this. */
const FLOWS_HOLD_MS = 300_000;
const MINUTE_MS = 60_000;
const NO_BAYS: ReadonlyMap<BayId, BayNow> = new Map();
const NO_FLOWS: ReadonlyMap<LotId, Flow> = new Map();
/** Nobody is still on the way to a lot after this. */
const HANDED_OFF_MS = 2 * 3_600_000;
/** The loss is said before the deadline, not at the first tick after it. */
const LOST_MS = deadlines.pageLostMs - TICK_MS;

/** All that the open page knows and has been told; no document, no network of its own. */
export class DriverPage {
  readonly #options: DriverPageOptions;
  readonly #clock: ServerClock;
  readonly #book: LiveBook;
  readonly #siteRetry = new BackOff(1_000, 60_000);
  #data: SiteData;
  #wording: Wording;
  #simulated: boolean;
  #selected: LotId | undefined;
  #watched: readonly LotId[] = [];
  #siteAskedAt = Number.NEGATIVE_INFINITY;
  #siteWaitMs = 0;
  #fetchingSite = false;
  #trip: Trip;
  #wishes: Wishes;
  #flows: ReadonlyMap<LotId, Flow>;
  #flowsAt: number;
  #far: boolean;
  #yours: LotId | undefined;
  #app: HandOffApp | undefined;
  #extra: ExtraViews | undefined;

  constructor(options: DriverPageOptions) {
    const { input, clock } = options;
    this.#options = options;
    this.#clock = new ServerClock(clock, input.at);
    const lots = input.lots.map((lot) => [lot.lot, lotNowOfAnswer(lot)] as const);
    this.#book = new LiveBook(new Map(lots));
    this.#data = { site: input.site, markets: input.markets, lots: input.lots };
    this.#wording = wordingOf(input.language, input.site, options.texts);
    this.#simulated = input.site.simulated;
    this.#trip = {
      ...FIRST_TRIP,
      arriveInMinutes: input.arriveInMinutes,
      driver: options.kept.driver,
    };
    this.#wishes = options.kept.wishes;
    this.#app = options.kept.app;
    this.#flows = new Map(input.flows.map((flow) => [flow.lot, flow]));
    this.#flowsAt = input.at;
    this.#far = input.far;
  }

  /** The rest of the program has come. */
  showMore(extra: ExtraViews): void {
    this.#extra = extra;
    this.#options.changed();
  }

  get trip(): Trip {
    return this.#trip;
  }

  get wishes(): Wishes {
    return this.#wishes;
  }

  /** Prices hold for a minute; worked out a few lots at a time, they keep no drawing waiting. */
  prepare(lots: readonly LotAnswer[]): void {
    const { arriveInMinutes, stayMinutes, driver } = this.#trip;
    const arriveAt = this.#clock.now() + arriveInMinutes * MINUTE_MS;
    const times = timesOf(arriveAt, stayMinutes, this.#wording.calendar);
    for (const lot of lots) priceHere(lot, times, driver);
  }

  arriveIn(arriveInMinutes: number): void {
    this.#trip = { ...this.#trip, arriveInMinutes };
    this.#options.changed();
  }

  /** Stays on this phone. */
  driveAs(driver: DriverProfile): void {
    this.#trip = { ...this.#trip, driver };
    this.#options.kept.keep('driver', driver);
    this.#options.changed();
  }

  wish(wishes: Wishes): void {
    this.#wishes = wishes;
    this.#options.kept.keep('wishes', wishes);
    this.#options.changed();
  }

  listFar(far: boolean): void {
    if (far === this.#far) return;
    this.#far = far;
    this.#options.changed();
  }

  hearFlows(flows: readonly FlowAnswer[]): void {
    this.#flows = new Map(flows.map((flow) => [flow.lot, flow]));
    this.#flowsAt = this.#clock.now();
    this.#options.changed();
  }

  /** The driver goes to this lot by this app. */
  handOff(lot: LotId, app: HandOffApp): void {
    this.#app = app;
    this.#options.kept.keep('app', app);
    this.#options.kept.keep('handedOff', { lot, at: this.#options.clock.wallMs() });
  }

  /** The driver looks again: at their lot, if they were led to one not long ago. */
  comeBack(): void {
    const handed = this.#options.kept.handedOff;
    const sinceMs = handed && this.#options.clock.wallMs() - handed.at;
    this.#yours = sinceMs !== undefined && sinceMs < HANDED_OFF_MS ? handed?.lot : undefined;
    this.#options.changed();
  }

  /** They have parked, or go elsewhere. */
  arrive(): void {
    this.#yours = undefined;
    this.#options.kept.keep('handedOff', undefined);
    this.#options.changed();
  }

  get selected(): LotId | undefined {
    return this.#selected;
  }

  select(lot: LotId | undefined): void {
    if (lot === this.#selected) return;
    this.#selected = lot;
    this.#options.changed();
  }

  /** The lots whose bays are wanted. */
  watchBays(lots: readonly LotId[]): void {
    for (const lot of this.#watched) if (!lots.includes(lot)) this.#book.forget(`lot:${lot}`);
    this.#watched = lots;
  }

  watchMessage(): WatchMessage {
    const { stream } = this.#book;
    const channels: Channel[] = ['lots', ...this.#watched.map((lot) => `lot:${lot}` as const)];
    return {
      type: 'watch',
      ...(stream !== undefined && { stream }),
      channels: channels.map((channel) => {
        const seq = this.#book.seqOf(channel);
        return seq === undefined ? { channel } : { channel, seq };
      }),
    };
  }

  hear(message: LiveMessage): Applied {
    this.#clock.hear(message.at);
    if (message.type === 'snapshot') this.#simulated = message.simulated;
    if (message.type === 'beat' && message.site !== this.#data.site.revision) this.#renewSite();
    const applied = this.#book.apply(message);
    const { changed, baysChanged } = this.#options;
    const isBays = message.type !== 'beat' && message.channel !== 'lots';
    if (applied === 'applied') (isBays ? baysChanged : changed)();
    return applied;
  }

  /** Bays of a page that hears nothing are not known. */
  bayStates(): ReadonlyMap<BayId, BayNow> {
    return this.#clock.contactAgeMs() > deadlines.pageLiveMs ? NO_BAYS : this.#book.bays;
  }

  /** Whether the page must say that it hears nothing; asked far more often than it is drawn. */
  get isLost(): boolean {
    return this.#clock.contactAgeMs() >= LOST_MS;
  }

  model(feed: FeedKind): PageModel {
    const { input } = this.#options;
    return pageModelOf(
      {
        ...this.#data,
        language: input.language,
        market: input.market,
        now: this.#book.lots,
        connection: this.#connection(feed),
        simulated: this.#simulated,
        selected: this.#selected,
        trip: this.#trip,
        wishes: this.#wishes,
        flows: this.#clock.now() - this.#flowsAt > FLOWS_HOLD_MS ? NO_FLOWS : this.#flows,
        far: this.#far,
        yours: this.#yours,
        platform: this.#options.platform,
        pageUrl: this.#options.pageUrl,
        extra: this.#extra,
        app: this.#app,
        at: this.#clock.now(),
        contactAgeMs: this.#clock.contactAgeMs(),
      },
      this.#wording,
    );
  }

  #connection(feed: FeedKind): Connection {
    if (!this.isLost) return { kind: feed };
    const ageMs = this.#clock.contactAgeMs();
    return { kind: 'lost', lastAt: this.#clock.now() - ageMs, ageMs };
  }

  /** At most one request at a time, further apart while the server's site does not become ours. */
  #renewSite(): void {
    const nowMs = this.#options.clock.monoMs();
    if (this.#fetchingSite || nowMs - this.#siteAskedAt < this.#siteWaitMs) return;
    this.#fetchingSite = true;
    this.#siteAskedAt = nowMs;
    this.#siteWaitMs = this.#siteRetry.nextMs();
    void this.#takeSite();
  }

  /** Never rejects: the next beat asks again. */
  async #takeSite(): Promise<void> {
    const [answer] = await Promise.allSettled([this.#options.fetchSite()]);
    this.#fetchingSite = false;
    if (answer.status === 'rejected') return;
    const { site, lots } = answer.value;
    this.#data = answer.value;
    this.#simulated = site.simulated;
    this.#wording = wordingOf(this.#options.input.language, site, this.#options.texts);
    for (const lot of lots)
      if (!this.#book.lots.has(lot.lot)) this.#book.lots.set(lot.lot, lotNowOfAnswer(lot));
    this.#options.changed();
  }
}
