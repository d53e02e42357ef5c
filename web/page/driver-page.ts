import { deadlines } from '#contract/deadlines.ts';
import type { BayId, LotId } from '#contract/ids.ts';
import type { Channel, LiveMessage, WatchMessage } from '#contract/live.ts';
import type { PageInput } from '#contract/page.ts';
import { BackOff } from '../live/back-off.ts';
import { LiveBook } from '../live/live-book.ts';
import type { BayNow } from '../live/live-book.ts';
import type { Applied } from '../live/live-book.ts';
import type { FeedKind } from '../live/live-feed.ts';
import { ServerClock } from '../live/server-clock.ts';
import type { BrowserClock } from '../live/server-clock.ts';
import { lotNowOfAnswer } from '../lots/lot-now.ts';
import { pageModelOf, wordingOf } from './model.ts';
import type { Connection, PageModel, SiteData, Wording } from './model.ts';

export interface DriverPageOptions {
  readonly input: PageInput;
  readonly clock: BrowserClock;
  /** The site anew, past every cache. */
  readonly fetchSite: () => Promise<SiteData>;
  /** Something may look different now. */
  readonly changed: () => void;
}

/** The page looks at its clock this often: ages tick, deadlines pass. */
export const TICK_MS = 500;
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

  constructor(options: DriverPageOptions) {
    const { input, clock } = options;
    this.#options = options;
    this.#clock = new ServerClock(clock, input.at);
    const lots = input.lots.map((lot) => [lot.lot, lotNowOfAnswer(lot)] as const);
    this.#book = new LiveBook(new Map(lots));
    this.#data = { site: input.site, markets: input.markets, lots: input.lots };
    this.#wording = wordingOf(input.language, input.site);
    this.#simulated = input.site.simulated;
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
    if (applied === 'applied') this.#options.changed();
    return applied;
  }

  /** Bays of a page that hears nothing are not known. */
  bayState(bay: BayId): BayNow {
    if (this.#clock.contactAgeMs() > deadlines.pageLiveMs) return 'unknown';
    return this.#book.bays.get(bay) ?? 'unknown';
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
        at: this.#clock.now(),
        contactAgeMs: this.#clock.contactAgeMs(),
      },
      this.#wording,
    );
  }

  #connection(feed: FeedKind): Connection {
    const ageMs = this.#clock.contactAgeMs();
    if (ageMs < LOST_MS) return { kind: feed };
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
    this.#wording = wordingOf(this.#options.input.language, site);
    for (const lot of lots)
      if (!this.#book.lots.has(lot.lot)) this.#book.lots.set(lot.lot, lotNowOfAnswer(lot));
    this.#options.changed();
  }
}
