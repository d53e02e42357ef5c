import type { BayId, LotId } from '#contract/ids.ts';
import type { BayLive, Channel, LotLive } from '#contract/live.ts';
import type { Site } from '#contract/site-check.ts';
import type { LiveStateReader, StateChange } from '../state/live-state.ts';
import { ChannelFeed } from './channel-feed.ts';
import type { FeedSource, StreamHead } from './channel-feed.ts';

/** The site's channels: all lots, and each lot's bays. */
export class Feeds {
  readonly byChannel: ReadonlyMap<Channel, ChannelFeed>;
  readonly #lotOfBay: ReadonlyMap<BayId, LotId>;

  /** `liveState`: as everybody may see it. */
  constructor(site: Site, liveState: LiveStateReader, head: StreamHead) {
    this.#lotOfBay = new Map(site.bays.map(({ properties }) => [properties.id, properties.lot]));
    const sources = [
      lotsSource(liveState),
      ...site.lots.map(({ properties }) => baysSource(properties.id, liveState)),
    ];
    this.byChannel = new Map(
      sources.map((source) => [source.channel, new ChannelFeed(source, head)]),
    );
  }

  changed({ bays, lots }: StateChange): void {
    for (const lot of lots) this.byChannel.get('lots')?.changed(lot);
    for (const bay of bays) {
      const lot = this.#lotOfBay.get(bay);
      if (lot !== undefined) this.byChannel.get(`lot:${lot}`)?.changed(bay);
    }
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
