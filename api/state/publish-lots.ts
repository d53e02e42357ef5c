import { deadlines } from '#contract/deadlines.ts';
import { headlineOf } from '#contract/headline.ts';
import type { Headline } from '#contract/headline.ts';
import type { LotId, SignId } from '#contract/ids.ts';
import type { LotLive } from '#contract/live.ts';
import type { LotMessage } from '#contract/messages.ts';
import type { SignMessage } from '#contract/sign-message.ts';
import { signTextOf } from '#contract/sign-text.ts';
import type { Site } from '#contract/site-check.ts';
import type { EffectiveSite } from '#contract/site-overlay.ts';
import type { Lot } from '#contract/site.ts';
import type { Clock } from '#runtime/clock.ts';
import { messageOf } from '#runtime/errors.ts';
import type { Log } from '#runtime/log.ts';
import type { Running } from '#runtime/main.ts';
import type { MqttLink } from '#runtime/typed-mqtt.ts';
import type { SignBoard } from '../signs/sign-board.ts';
import type { LiveStateReader } from './live-state.ts';
import type { PublishedTopics } from './published-topics.ts';

/** Changes of a lot or sign wait this long for more of them. */
const COALESCE_MS = 500;
const VALID_FOR_MS = deadlines.signNumberMs;

export interface LotPublisherOptions {
  readonly site: Site;
  /** Out of service: no number, and no sign leads there. */
  readonly closedLots?: ReadonlySet<LotId>;
  readonly link: Pick<MqttLink, 'publish' | 'clearRetained' | 'onUp' | 'connected'>;
  readonly liveState: LiveStateReader;
  readonly board: Pick<SignBoard, 'message' | 'onChanged'>;
  /** The list of retained topics, and the serials of messages. */
  readonly published: PublishedTopics;
  /** Called when a message has gone to a sign. */
  readonly signTold?: (message: SignMessage) => void;
  readonly clock: Clock;
  readonly log: Log;
}

export interface LotPublisher extends Running {
  /** Another site holds: its lots and signs are published, and what is gone is cleared. */
  changeSite(now: EffectiveSite): void;
  readonly counts: { readonly sent: number; readonly unsent: number };
}

/** Something with a retained topic: when it was last sent (monotonic), and whether it changed. */
interface Source {
  readonly key: LotId | SignId;
  /** Says for how long it holds, in milliseconds. */
  readonly send: (isFirst: boolean) => Promise<number>;
  sentMs: number;
  validForMs: number;
  changed: boolean;
  /** Nothing was sent to this broker yet. */
  first: boolean;
}

/** Publishes every lot and sign of the site: after a change, and again within their validity. */
export function startLotPublisher(options: LotPublisherOptions): LotPublisher {
  const { link, liveState, board, published, clock, log } = options;
  const siteId = options.site.header.site;
  let site = options.site;
  let closedLots = options.closedLots ?? new Set();
  let lots = lotsOf(site);
  const counts = { sent: 0, unsent: 0 };
  let closed = false;
  let sending = false;
  let cleared = false;

  let sources = sourcesOfSite();

  function sourcesOfSite(): readonly Source[] {
    const due = { sentMs: Number.NEGATIVE_INFINITY, validForMs: 0, changed: true, first: true };
    return [
      ...site.lots.map(({ properties: { id: lot } }) => ({
        key: lot,
        send: async () => {
          await link.publish('lot', { site: siteId, lot }, lotMessage(lot, published.nextSerial()));
          return VALID_FOR_MS;
        },
        ...due,
      })),
      ...site.signs.map(({ properties: { id: sign } }) => ({
        key: sign,
        send: async (isFirst: boolean) => sendSign(sign, isFirst),
        ...due,
      })),
    ];
  }

  /**
   * JSON is retained: its reader knows a retained copy, and how long a live one holds. Plain text
   * has neither, so that what the broker keeps of it is the layout alone.
   */
  async function sendSign(sign: SignId, isFirst: boolean): Promise<number> {
    const message = board.message(sign);
    if (message === undefined) return VALID_FOR_MS;
    const keys = { site: siteId, sign };
    await link.publish('sign', keys, message);
    options.signTold?.(message);
    if (isFirst) await link.publish('signText', keys, signTextOf(message, { layout: true }));
    await link.publish('signText', keys, signTextOf(message), { retain: false });
    return message.validForMs;
  }

  function lotMessage(lot: LotId, serial: number): LotMessage {
    const live = liveState.lot(lot);
    const now = clock.wallMs();
    return {
      v: 1,
      lot,
      serial,
      publishedAt: now,
      validForMs: VALID_FOR_MS,
      simulated: site.simulated,
      vacant: closedLots.has(lot)
        ? null
        : vacantOf(headlineOf(live, hasSource(lots.get(lot), live), now)),
      counts: live ? [...live.counts] : [],
      observedAt: live?.observedAt ?? null,
    };
  }

  /** Topics of what the site no longer has; the list is written before anything new is published. */
  async function clearGone(): Promise<void> {
    const signs = new Set(site.signs.map((sign) => sign.properties.id));
    for (const lot of published.lots) {
      if (!lots.has(lot)) await link.clearRetained('lot', { site: siteId, lot });
    }
    for (const sign of published.signs) {
      if (signs.has(sign)) continue;
      await link.clearRetained('sign', { site: siteId, sign });
      await link.clearRetained('signText', { site: siteId, sign });
    }
    published.keep([...lots.keys()], [...signs]);
  }

  async function sendDue(): Promise<void> {
    const present = sources;
    if (!cleared) await clearGone();
    // The site may have changed while the broker was told.
    if (sources !== present) return;
    cleared = true;
    for (const source of present) {
      if (closed || sources !== present) return;
      const nowMs = clock.monoMs();
      // Three times within its validity, this tick's own delay included.
      const restMs = Math.max(COALESCE_MS, source.validForMs / 3 - COALESCE_MS);
      if (!source.changed && nowMs - source.sentMs < restMs) continue;
      source.changed = false;
      try {
        source.validForMs = await source.send(source.first);
        source.first = false;
      } catch (error) {
        source.changed = true;
        throw error;
      }
      source.sentMs = nowMs;
      counts.sent += 1;
    }
  }

  async function tick(): Promise<void> {
    if (sending || !link.connected) return;
    sending = true;
    try {
      await sendDue();
    } catch (error) {
      // What is unsent stays due; the next tick tries again.
      counts.unsent += 1;
      log.debug({ reason: messageOf(error) }, 'publish.lot.unsent');
    } finally {
      sending = false;
    }
  }

  const changed = (key: LotId | SignId) => {
    for (const source of sources) if (source.key === key) source.changed = true;
  };
  const stopListening = [
    liveState.onChanged(({ lots: changedLots }) => {
      const keys = new Set<LotId | SignId>(changedLots);
      for (const source of sources) if (keys.has(source.key)) source.changed = true;
    }),
    board.onChanged(changed),
  ];
  // The broker may have lost what it kept.
  link.onUp(() => {
    for (const source of sources) Object.assign(source, { changed: true, first: true });
  });
  const timer = setInterval(() => void tick(), COALESCE_MS);

  return {
    counts,
    changeSite: (now) => {
      ({ site, closedLots } = now);
      lots = lotsOf(site);
      sources = sourcesOfSite();
      cleared = false;
    },
    close: async () => {
      closed = true;
      clearInterval(timer);
      for (const stop of stopListening) stop();
    },
  };
}

function lotsOf(site: Site): ReadonlyMap<LotId, Lot> {
  return new Map(site.lots.map((lot) => [lot.properties.id, lot]));
}

/** Whether anything at all counts in the lot: sensors, a counter, or a fact that somebody gave. */
function hasSource(lot: Lot | undefined, live: LotLive | undefined): boolean {
  return (lot && lot.properties.instrumented !== 'none') || (live?.fact ?? null) !== null;
}

/** Vacant bays open to any car; null when that is not known or no longer live. */
function vacantOf(headline: Headline): number | null {
  return headline.kind === 'count' && headline.ageMs <= deadlines.signNumberMs
    ? headline.vacant
    : null;
}
