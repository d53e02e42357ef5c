import type { BayId, LotId } from '#contract/ids.ts';
import type { BayLive, Channel, LotLive } from '#contract/live.ts';
import type { Site } from '#contract/site-check.ts';
import type { LiveStateReader, StateChange } from '../state/live-state.ts';
import { ChannelFeed } from './channel-feed.ts';
import type { FeedSource, StreamHead } from './channel-feed.ts';

/** The site's channels: all lots, and each lot's bays. */
export class Feeds {
  readonly byChannel: ReadonlyMap<Channel, ChannelFeed>;
  readonly #lots: ChannelFeed;
  readonly #feedOfBay: ReadonlyMap<BayId, ChannelFeed>;

  /** `liveState`: as everybody may see it. */
  constructor(site: Site, liveState: LiveStateReader, head: StreamHead) {
    this.#lots = new ChannelFeed(lotsSource(liveState), head);
    const feedOfLot = new Map<LotId, ChannelFeed>();
    for (const { properties } of site.lots) {
      const { id } = properties;
      feedOfLot.set(id, new ChannelFeed(baysSource(id, liveState), head));
    }
    const feeds = [this.#lots, ...feedOfLot.values()];
    this.byChannel = new Map(feeds.map((feed) => [feed.channel, feed]));
    const feedOfBay = new Map<BayId, ChannelFeed>();
    for (const { properties } of site.bays) {
      const feed = feedOfLot.get(properties.lot);
      if (feed) feedOfBay.set(properties.id, feed);
    }
    this.#feedOfBay = feedOfBay;
  }

  changed({ bays, lots }: StateChange): void {
    for (const lot of lots) this.#lots.changed(lot);
    for (const bay of bays) this.#feedOfBay.get(bay)?.changed(bay);
  }

  flush(at: number, nowMs: number): void {
    for (const feed of this.byChannel.values()) feed.flush(at, nowMs);
  }
}

function lotsSource(liveState: LiveStateReader): FeedSource {
  return {
    channel: 'lots',
    all: () => ({ lots: [...liveState.lots()] }),
    some: (ids) => ({
      lots: [...ids].flatMap((id): LotLive[] => {
        const lot = liveState.lot(id as LotId);
        return lot ? [lot] : [];
      }),
    }),
  };
}

function baysSource(lot: LotId, liveState: LiveStateReader): FeedSource {
  return {
    channel: `lot:${lot}`,
    all: () => ({ bays: [...liveState.baysOf(lot)] }),
    some: (ids) => ({
      bays: [...ids].flatMap((id): BayLive[] => {
        const bay = liveState.bay(id as BayId);
        return bay ? [bay] : [];
      }),
    }),
  };
}
