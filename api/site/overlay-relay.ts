import { MAX_MESSAGE_BYTES } from '#contract/message-size.ts';
import type { PayloadOf } from '#contract/topics.ts';
import { messageOf } from '#runtime/errors.ts';
import type { Log } from '#runtime/log.ts';
import type { MqttLink } from '#runtime/typed-mqtt.ts';
import type { RunningSite } from './running-site.ts';

export interface OverlayRelayOptions {
  readonly sites: RunningSite;
  readonly link: Pick<MqttLink, 'publish' | 'subscribe' | 'onUp' | 'connected'>;
  /** The primary tells, the others follow. */
  readonly isPrimary: boolean;
  readonly log: Log;
}

const RETRY_MS = 5_000;

/**
 * Among apis beside each other: a bay that an operator closed at the primary is closed at each. The
 * broker keeps the last word; after a failure the primary says it again.
 */
export function startOverlayRelay({ sites, link, isPrimary, log }: OverlayRelayOptions): {
  close(): void;
} {
  const keys = { site: sites.now.site.header.site };
  let timer: NodeJS.Timeout | undefined;
  let closed = false;

  function tell(): void {
    clearTimeout(timer);
    if (closed || !link.connected) return;
    const message: PayloadOf<'overlays'> = { v: 1, overlays: [...sites.overlays] };
    const bytes = Buffer.byteLength(JSON.stringify(message));
    if (bytes > MAX_MESSAGE_BYTES) {
      log.error({ bytes, overlays: message.overlays.length }, 'site.overlays.tooLarge');
      return;
    }
    link.publish('overlays', keys, message).catch((error: unknown) => {
      log.debug({ reason: messageOf(error) }, 'site.overlays.unsent');
      if (!closed) timer = setTimeout(tell, RETRY_MS);
    });
  }

  if (isPrimary) {
    sites.onOverlaysChanged(tell);
    link.onUp(tell);
    tell();
  } else {
    link.subscribe('overlays', keys, ({ payload }) => sites.followOverlays(payload.overlays));
  }
  return {
    close: () => {
      closed = true;
      clearTimeout(timer);
    },
  };
}
