import { deadlines } from '#contract/deadlines.ts';
import { headlineOf } from '#contract/headline.ts';
import type { LotId } from '#contract/ids.ts';
import type { LotLive } from '#contract/live.ts';
import type { LotMessage, SignMessage } from '#contract/messages.ts';
import type { Site } from '#contract/site-check.ts';
import type { EffectiveSite } from '#contract/site-overlay.ts';
import type { Lot, Sign } from '#contract/site.ts';
import type { Clock } from '#runtime/clock.ts';
import { messageOf } from '#runtime/errors.ts';
import type { Log } from '#runtime/log.ts';
import type { Running } from '#runtime/main.ts';
import type { MqttLink } from '#runtime/typed-mqtt.ts';
import type { LiveStateReader } from './live-state.ts';
import { PublishedTopics } from './published-topics.ts';
import { signShowOf, vacantOf } from './sign-show.ts';

/** Changes of a lot or sign wait this long for more of them. */
const COALESCE_MS = 500;
const VALID_FOR_MS = deadlines.signNumberMs;

export interface LotPublisherOptions {
  readonly site: Site;
  /** Out of service: no number, and no sign leads there. */
  readonly closedLots?: ReadonlySet<LotId>;
  readonly link: Pick<MqttLink, 'publish' | 'clearRetained' | 'onUp' | 'connected'>;
  readonly liveState: LiveStateReader;
  /** Called when a message has gone to a sign. */
  readonly signTold?: (message: SignMessage) => void;
  /** Where the list of retained topics is kept. */
  readonly publishedPath: string;
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
  readonly lots: readonly LotId[];
  readonly send: () => Promise<void>;
  sentMs: number;
  changed: boolean;
}

/** Publishes every lot and sign of the site: after a change, and again within their validity. */
export function startLotPublisher(options: LotPublisherOptions): LotPublisher {
  const { link, liveState, clock, log } = options;
  const siteId = options.site.header.site;
  const published = new PublishedTopics(options.publishedPath, clock.wallMs(), log);
  let site = options.site;
  let closedLots = options.closedLots ?? new Set();
  let lots = lotsOf(site);
  const counts = { sent: 0, unsent: 0 };
  let closed = false;
  let sending = false;
  let cleared = false;

  let sources = sourcesOfSite();
  let sourcesOf = byLot(sources);

  function sourcesOfSite(): readonly Source[] {
    const due = { sentMs: Number.NEGATIVE_INFINITY, changed: true };
    return [
      ...site.lots.map(({ properties: { id: lot } }) => ({
        lots: [lot],
        send: async () =>
          link.publish('lot', { site: siteId, lot }, lotMessage(lot, published.nextSerial())),
        ...due,
      })),
      ...site.signs.map((sign) => ({
        lots: sign.properties.rows.map((row) => row.lot),
        send: async () => {
          const message = signMessage(sign, published.nextSerial());
          await link.publish('sign', { site: siteId, sign: sign.properties.id }, message);
          options.signTold?.(message);
        },
        ...due,
      })),
    ];
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

  function signMessage(sign: Sign, serial: number): SignMessage {
    const now = clock.wallMs();
    const { id, rows } = sign.properties;
    return {
      v: 1,
      sign: id,
      serial,
      publishedAt: now,
      validForMs: VALID_FOR_MS,
      simulated: site.simulated,
      rows: rows.map(({ lot, arrow }) => {
        const live = liveState.lot(lot);
        const sensed = hasSource(lots.get(lot), live);
        const show = signShowOf(live, sensed, now, closedLots.has(lot));
        return { lot, arrow, name: nameOf(lots.get(lot), site), show };
      }),
    };
  }

  /** Topics of what the site no longer has; the list is written before anything new is published. */
  async function clearGone(): Promise<void> {
    const signs = new Set(site.signs.map((sign) => sign.properties.id));
    for (const lot of published.lots) {
      if (!lots.has(lot)) await link.clearRetained('lot', { site: siteId, lot });
    }
    for (const sign of published.signs) {
      if (!signs.has(sign)) await link.clearRetained('sign', { site: siteId, sign });
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
      if (!source.changed && nowMs - source.sentMs < VALID_FOR_MS / 3) continue;
      source.changed = false;
      try {
        await source.send();
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

  const stopListening = liveState.onChanged((changed) => {
    for (const lot of changed.lots) {
      for (const source of sourcesOf.get(lot) ?? []) source.changed = true;
    }
  });
  // The broker may have lost what it kept.
  link.onUp(() => {
    for (const source of sources) source.changed = true;
  });
  const timer = setInterval(() => void tick(), COALESCE_MS);

  return {
    counts,
    changeSite: (now) => {
      ({ site, closedLots } = now);
      lots = lotsOf(site);
      sources = sourcesOfSite();
      sourcesOf = byLot(sources);
      cleared = false;
    },
    close: async () => {
      closed = true;
      clearInterval(timer);
      stopListening();
    },
  };
}

function lotsOf(site: Site): ReadonlyMap<LotId, Lot> {
  return new Map(site.lots.map((lot) => [lot.properties.id, lot]));
}

function byLot(sources: readonly Source[]): ReadonlyMap<LotId, readonly Source[]> {
  const byLots = new Map<LotId, Source[]>();
  for (const source of sources) {
    for (const lot of new Set(source.lots)) {
      byLots.set(lot, [...(byLots.get(lot) ?? []), source]);
    }
  }
  return byLots;
}

/** Whether anything at all counts in the lot: sensors, a counter, or a fact that somebody gave. */
function hasSource(lot: Lot | undefined, live: LotLive | undefined): boolean {
  return (lot && lot.properties.instrumented !== 'none') || (live?.fact ?? null) !== null;
}

const MAX_NAME = 60;

/** In the site's first language. */
function nameOf(lot: Lot | undefined, site: Site): string {
  const name = lot?.properties.name ?? {};
  const [first = ''] = site.header.languages;
  return (name[first] ?? Object.values(name)[0] ?? lot?.properties.id ?? '').slice(0, MAX_NAME);
}
