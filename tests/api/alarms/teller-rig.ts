import type { AlarmMessage } from '#contract/alarm-record.ts';
import type { AlarmName } from '#contract/alarms.ts';
import type { GatewayId } from '#contract/ids.ts';
import { silentLog } from '#runtime/log.ts';
import type { FoundAlarm } from '#api/alarms/alarm-book.ts';
import { AlarmTeller } from '#api/alarms/alarm-teller.ts';
import type { Deliver } from '#api/alarms/webhook.ts';
import { openOperations } from '#api/operations/open-operations.ts';
import type { Operations } from '#api/operations/open-operations.ts';
import { HandClock } from '../../support/hand-clock.ts';
import { openTempFolder } from '../../support/temp-folder.ts';

export const SETTLED_MS = 121_000;

interface Received {
  readonly id: string;
  /** Milliseconds since the rig's beginning. */
  readonly atMs: number;
  readonly message: AlarmMessage;
}

/** The book and the teller on a clock that a test moves, second by second. */
export class TellerRig {
  readonly clock: HandClock;
  readonly #folder = openTempFolder();
  readonly #quietHours: string;
  readonly #startMs: number;
  readonly received: Received[] = [];
  tries = 0;
  /** How the receiver is: undefined takes everything. */
  broken: string | undefined;
  /** Sends somewhere else than into `received`. */
  deliver: Deliver | undefined;
  found: FoundAlarm[] = [];
  operations: Operations;
  teller: AlarmTeller;

  constructor({ quietHours = '', startMs = Date.parse('2026-11-27T03:00:00Z') } = {}) {
    this.#quietHours = quietHours;
    this.#startMs = startMs;
    this.clock = new HandClock(startMs);
    this.operations = openOperations(this.#folder.path, this.clock);
    this.teller = this.#open();
    // What held before a start is given time; here nothing did.
    this.clock.pass(SETTLED_MS);
  }

  find(alarm: AlarmName, subject = '', gateway: string | null = null): void {
    this.lose(alarm, subject);
    const since = this.clock.wallMs();
    this.found.push({ alarm, subject, gateway: gateway as GatewayId | null, cause: 'seen', since });
  }

  lose(alarm: AlarmName, subject = ''): void {
    this.found = this.found.filter((one) => one.alarm !== alarm || one.subject !== subject);
  }

  /** Time passes; each second the book is written and the teller looks. */
  async pass(seconds: number): Promise<void> {
    for (let second = 0; second < seconds; second += 1) {
      this.clock.pass(1_000);
      this.operations.alarmBook.look(this.found);
      await this.teller.look();
    }
  }

  /** The process ends and starts again on the same folder. */
  restart(): void {
    this.teller.close();
    this.operations.close();
    this.operations = openOperations(this.#folder.path, this.clock);
    this.teller = this.#open();
  }

  /** `+line_fault gw/line` and `-…` for what is over, by message. */
  said(): string[] {
    return this.received.map(({ message: { raised, cleared } }) =>
      [
        ...raised.map(({ alarm, subject }) => `+${alarm} ${subject}`.trim()),
        ...cleared.map(({ alarm, subject }) => `-${alarm} ${subject}`.trim()),
      ].join(', '),
    );
  }

  [Symbol.dispose](): void {
    this.teller.close();
    this.operations.close();
    this.#folder[Symbol.dispose]();
  }

  #open(): AlarmTeller {
    const take: Deliver = async (id, body) => {
      if (this.broken !== undefined) return { delivered: false, detail: this.broken };
      const message = JSON.parse(body) as AlarmMessage;
      this.received.push({ id, atMs: this.clock.wallMs() - this.#startMs, message });
      return { delivered: true, detail: 'status 204' };
    };
    return new AlarmTeller({
      book: this.operations.alarmBook,
      deliver: async (id, body) => {
        this.tries += 1;
        return (this.deliver ?? take)(id, body);
      },
      shownAs: 'https://alarms.example',
      quietHours: this.#quietHours,
      site: () => ({ name: 'street', timeZone: 'Asia/Seoul', simulated: false }),
      clock: this.clock,
      log: silentLog,
      random: () => 0.5,
    });
  }
}
