import type { AlarmOutlet, AlarmTestAnswer } from '#contract/alarm-record.ts';
import { alarms } from '#contract/alarms.ts';
import { isoOf } from '#contract/time.ts';
import { openBackoff } from '#runtime/backoff.ts';
import type { Clock } from '#runtime/clock.ts';
import { messageOf } from '#runtime/errors.ts';
import type { Log } from '#runtime/log.ts';
import type { AlarmBook, BookedAlarm } from './alarm-book.ts';
import { keyOf } from './alarm-book.ts';
import { alarmMessageOf } from './alarm-message.ts';
import { isQuietAt } from './quiet-hours.ts';
import { tellingOf } from './telling.ts';
import type { Deliver } from './webhook.ts';

const LOOK_EVERY_MS = 1_000;
const FIRST_RETRY_MS = 5_000;
const LONGEST_RETRY_MS = 600_000;
/** Over some ten minutes; then the message is given up, and its causes have their hour. */
export const MOST_TRIES = 8;
/** Alarms that are over are looked for among so many. */
const OVER_LOOKED_AT = 500;

export interface TellerOptions {
  readonly book: AlarmBook;
  readonly deliver: Deliver;
  /** As it may be shown: without path and query, in which receivers keep secrets. */
  readonly shownAs: string;
  /** `22:00-06:30`; empty: never. */
  readonly quietHours: string;
  readonly site: () => {
    readonly name: string;
    readonly timeZone: string;
    readonly simulated: boolean;
  };
  readonly clock: Clock;
  readonly log: Log;
  readonly random?: () => number;
}

/** Lets alarms leave the house: one message at a time, tried again for a while, nothing doubled. */
export class AlarmTeller {
  readonly #options: TellerOptions;
  readonly #retry;
  #running: Promise<void> | undefined;
  #nextTryMs = 0;
  #triesOfMessage = 0;
  /** Until a message arrives. */
  #failing: { since: number; tries: number; reason: string } | undefined;
  #lastDeliveredAt: number | null = null;
  #givenUp = 0;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: TellerOptions) {
    this.#options = options;
    this.#retry = openBackoff(FIRST_RETRY_MS, LONGEST_RETRY_MS, options.random);
  }

  start(): void {
    this.#timer = setInterval(() => {
      this.look().catch((error: unknown) => {
        // What was told could not be written down: it would be told again and again.
        this.#nextTryMs = this.#options.clock.monoMs() + LONGEST_RETRY_MS;
        this.#options.log.error({ reason: messageOf(error) }, 'alarm.webhook.unwritten');
      });
    }, LOOK_EVERY_MS);
    this.#timer.unref();
  }

  /** Tells what is due now; resolves when that is done. While one message is on its way: nothing. */
  async look(): Promise<void> {
    if (this.#running || this.#options.clock.monoMs() < this.#nextTryMs) return this.#running;
    this.#running = this.#tell().finally(() => {
      this.#running = undefined;
    });
    return this.#running;
  }

  outlet(): AlarmOutlet {
    const { shownAs, quietHours } = this.#options;
    const { raised, cleared } = this.#due();
    return {
      to: shownAs,
      quietHours: quietHours === '' ? null : quietHours,
      lastDeliveredAt: this.#lastDeliveredAt === null ? null : isoOf(this.#lastDeliveredAt),
      failing: this.#failing ? { ...this.#failing, since: isoOf(this.#failing.since) } : null,
      waiting: raised.length + cleared.length,
      givenUp: this.#givenUp,
    };
  }

  /** Sends a test message at once, whatever the hour; it is tried once. */
  async test(): Promise<AlarmTestAnswer> {
    const { deliver, clock } = this.#options;
    const { name: site, simulated } = this.#options.site();
    const at = Math.round(clock.wallMs());
    const { id, body } = alarmMessageOf({
      type: 'test',
      site,
      simulated,
      raised: [],
      cleared: [],
      at,
    });
    const delivery = await deliver(id, body);
    if (delivery.delivered) this.#succeeded(at);
    else this.#failed(at, delivery.detail);
    return delivery;
  }

  close(): void {
    clearInterval(this.#timer);
  }

  #due(): ReturnType<typeof tellingOf> {
    const { book, clock, quietHours, site } = this.#options;
    const now = Math.round(clock.wallMs());
    return tellingOf({
      holding: book.holding,
      told: book.told,
      isCritical,
      isQuiet: isQuietAt(quietHours, now, site().timeZone),
      now,
    });
  }

  async #tell(): Promise<void> {
    const { book, deliver, clock, log, site } = this.#options;
    const { raised, cleared } = this.#due();
    if (raised.length === 0 && cleared.length === 0) {
      this.#triesOfMessage = 0;
      this.#retry.reset();
      return;
    }
    const over = book.over(OVER_LOOKED_AT);
    const ended = cleared.flatMap((cause) => over.find((one) => keyOf(one) === cause) ?? []);
    const { name, simulated } = site();
    const at = Math.round(clock.wallMs());
    const { id, body } = alarmMessageOf({
      type: 'alarms',
      site: name,
      simulated,
      raised,
      cleared: ended,
      at,
    });
    const { delivered, detail } = await deliver(id, body);
    const done = () => Math.round(clock.wallMs());
    if (delivered) {
      book.noteTold(raised.map(keyOf), 'raised', done());
      book.noteTold(cleared, 'cleared', done());
      this.#succeeded(at);
      return;
    }
    this.#triesOfMessage += 1;
    this.#failed(at, detail);
    if (this.#triesOfMessage < MOST_TRIES) {
      this.#nextTryMs = clock.monoMs() + this.#retry.nextMs();
      return;
    }
    log.error({ tries: this.#triesOfMessage, reason: detail }, 'alarm.webhook.givenUp');
    this.#givenUp += 1;
    this.#triesOfMessage = 0;
    this.#retry.reset();
    // Nobody knows of it: as before, and not again within the hour.
    book.noteTold(raised.map(keyOf), 'cleared', done());
    book.noteTold(cleared, 'raised', done());
  }

  #failed(at: number, detail: string): void {
    const { log, shownAs: to } = this.#options;
    if (!this.#failing) log.warn({ to, reason: detail }, 'alarm.webhook.failed');
    const { since = at, tries = 0 } = this.#failing ?? {};
    this.#failing = { since, tries: tries + 1, reason: detail.slice(0, 300) };
  }

  #succeeded(at: number): void {
    if (this.#failing) {
      this.#options.log.info({ tries: this.#failing.tries }, 'alarm.webhook.recovered');
    }
    this.#failing = undefined;
    this.#triesOfMessage = 0;
    this.#nextTryMs = 0;
    this.#retry.reset();
    this.#lastDeliveredAt = at;
  }
}

const isCritical = ({ alarm }: BookedAlarm): boolean => alarms[alarm].severity === 'critical';
