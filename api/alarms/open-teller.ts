import type { Site } from '#contract/site-check.ts';
import type { Clock } from '#runtime/clock.ts';
import { envNameOf } from '#runtime/config.ts';
import { ConfigError, messageOf } from '#runtime/errors.ts';
import type { Log } from '#runtime/log.ts';
import type { ApiConfig } from '../config.ts';
import type { AlarmBook } from './alarm-book.ts';
import { AlarmTeller } from './alarm-teller.ts';
import { openWebhook, readWebhookSecret } from './webhook.ts';
import type { WebhookAddress } from './webhook.ts';

export type WebhookConfig = Pick<ApiConfig, 'alarmWebhookUrl' | 'alarmWebhookSecretFile'>;

/** undefined: nobody is told. Throws ConfigError where the key is missing or weak. */
export function readWebhook({
  alarmWebhookUrl: url,
  alarmWebhookSecretFile: file,
}: WebhookConfig): WebhookAddress | undefined {
  if (url === '') return undefined;
  const key = 'alarmWebhookSecretFile';
  const where = `${key} (${envNameOf(key)})`;
  if (file === '')
    throw new ConfigError([`${where}: expected a file, since alarmWebhookUrl is set`]);
  try {
    return { url, secret: readWebhookSecret(file) };
  } catch (error) {
    throw new ConfigError([`${where}: ${messageOf(error)}`]);
  }
}

interface TellerParts {
  readonly webhook: WebhookAddress | undefined;
  readonly quietHours: string;
  readonly site: () => Site;
  readonly book: AlarmBook;
  readonly clock: Clock;
  readonly log: Log;
}

export function startAlarmTeller(parts: TellerParts): AlarmTeller | undefined {
  const { webhook, quietHours, site, book, clock, log } = parts;
  if (webhook === undefined) return undefined;
  const teller = new AlarmTeller({
    book,
    deliver: openWebhook(webhook, () => clock.wallMs()),
    shownAs: new URL(webhook.url).origin,
    quietHours,
    site: () => {
      const { header, simulated } = site();
      return { name: header.site, timeZone: header.timeZone, simulated };
    },
    clock,
    log,
  });
  teller.start();
  return teller;
}
