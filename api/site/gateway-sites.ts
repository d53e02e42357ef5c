import { deflateSync } from 'node:zlib';
import type { GatewayId, LineId } from '#contract/ids.ts';
import type { GatewaySiteMessage } from '#contract/gateway-site.ts';
import { MAX_MESSAGE_BYTES } from '#contract/message-size.ts';
import type { Site } from '#contract/site-check.ts';
import type { Gateway } from '#contract/site.ts';
import { messageOf } from '#runtime/errors.ts';
import type { Log } from '#runtime/log.ts';
import type { Running } from '#runtime/main.ts';
import type { MqttLink } from '#runtime/typed-mqtt.ts';
import type { SiteNow, SiteReader } from './running-site.ts';

export interface GatewaySitesOptions {
  readonly sites: SiteReader;
  readonly link: Pick<MqttLink, 'publish' | 'clearRetained' | 'onUp' | 'connected'>;
  readonly log: Log;
}

export interface GatewaySites extends Running {
  changeSite(): void;
}

const RETRY_MS = 5_000;

/**
 * Tells each gateway its part of the site, after every connect and whenever another version holds,
 * and clears what gateways and lines that are gone have left at the broker.
 */
export function startGatewaySites({ sites, link, log }: GatewaySitesOptions): GatewaySites {
  let due = true;
  let sending = false;
  let closed = false;
  let timer: NodeJS.Timeout | undefined;

  async function tell(now: SiteNow): Promise<void> {
    const { site } = now;
    const siteId = site.header.site;
    for (const gateway of site.gateways) {
      const message = extractOf(gateway, now);
      if (isTooLarge(message)) {
        log.error({ gateway: gateway.properties.id }, 'site.extract.tooLarge');
        continue;
      }
      await link.publish('site', { site: siteId, gateway: gateway.properties.id }, message);
    }
    await clearGone(now);
  }

  async function clearGone({ site }: SiteNow): Promise<void> {
    const present = linesOf(site);
    for (const [gateway, lines] of everKnown(sites)) {
      const keys = { site: site.header.site, gateway };
      const left = present.get(gateway);
      for (const line of lines) {
        if (left?.has(line)) continue;
        await link.clearRetained('snapshot', { ...keys, line });
        await link.clearRetained('health', { ...keys, line });
      }
      if (left) continue;
      await link.clearRetained('status', keys);
      await link.clearRetained('site', keys);
      // It may still run: told that it has no lines any more, it stops.
      await link.publish('site', keys, goneOf(sites.now), { retain: false });
    }
  }

  async function send(): Promise<void> {
    if (sending || closed || !link.connected) return;
    sending = true;
    try {
      due = false;
      await tell(sites.now);
    } catch (error) {
      // What is untold stays due: the link comes up again, or the timer comes round.
      due = true;
      log.debug({ reason: messageOf(error) }, 'site.extract.unsent');
      timer ??= setTimeout(() => {
        timer = undefined;
        void send();
      }, RETRY_MS);
    } finally {
      sending = false;
    }
    // Another version may hold since.
    if (due && timer === undefined) void send();
  }

  const changed = () => {
    due = true;
    clearTimeout(timer);
    timer = undefined;
    void send();
  };
  link.onUp(changed);
  changed();
  return {
    changeSite: changed,
    close: async () => {
      closed = true;
      clearTimeout(timer);
    },
  };
}

/** One sentence for each gateway whose part is too large for a message. */
export function tooLargeExtracts(site: Site): string[] {
  return site.gateways
    .filter((gateway) => isTooLarge(extractOf(gateway, { version: 1, validFrom: 0 })))
    .map(
      ({ properties: { id } }) =>
        `gateway "${id}": its lines are more than ${MAX_MESSAGE_BYTES / 1_024} KiB, even compressed, and cannot be sent to it; give it the file and start it again`,
    );
}

function extractOf(
  { properties: { lines } }: Gateway,
  { version, validFrom }: Pick<SiteNow, 'version' | 'validFrom'>,
): GatewaySiteMessage {
  const whole = { v: 1, version, validFrom, lines } as const;
  if (!isTooLarge(whole)) return whole;
  // An older gateway refuses it with a reason; told whole, no broker would take it.
  const packed = deflateSync(JSON.stringify(lines), { level: 9 }).toString('base64');
  return { v: 1, version, validFrom, packed };
}

const goneOf = ({ version, validFrom }: SiteNow): GatewaySiteMessage => ({
  v: 1,
  version,
  validFrom,
  lines: [],
});

const isTooLarge = (message: GatewaySiteMessage): boolean =>
  Buffer.byteLength(JSON.stringify(message)) > MAX_MESSAGE_BYTES;

function linesOf(site: Site): Map<GatewayId, Set<LineId>> {
  return new Map(
    site.gateways.map(({ properties: { id, lines } }) => [id, new Set(lines.map((l) => l.id))]),
  );
}

function everKnown({ versions }: SiteReader): Map<GatewayId, Set<LineId>> {
  const known = new Map<GatewayId, Set<LineId>>();
  for (const [gateway, lines] of versions.flatMap(({ site }) => [...linesOf(site)])) {
    known.set(gateway, new Set([...(known.get(gateway) ?? []), ...lines]));
  }
  return known;
}
