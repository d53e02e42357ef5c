import type { SignId } from '#contract/ids.ts';
import type { SignShown } from '#contract/sign-message.ts';
import type { Clock } from '#runtime/clock.ts';
import type { Decided } from './sign-board.ts';

export type ReportWay = 'page' | 'mqtt' | 'modbus';

/** A sign's own word of what it shows. Times are epoch milliseconds. */
export interface HeardReport {
  readonly via: ReportWay;
  readonly shown: readonly string[];
  readonly serial: number | null;
  readonly heardAt: number;
  /** Since when it shows this, by its own word. */
  readonly since: number;
  readonly answers: boolean;
}

/** `unheard`: it has never reported since the api's start. */
export type Agreement = 'agrees' | 'differs' | 'silent' | 'unheard';

/** A change is on its way to the sign, and the sign's report on its way back, for so long. */
const ON_ITS_WAY_MS = 6_000;
/** A sign reports every 3 s. */
const SILENT_AFTER_MS = 8_000;

interface Held extends HeardReport {
  readonly heardMs: number;
}

/** What signs say that they show, and whether it is what they should. */
export class SignReports {
  readonly #clock: Clock;
  readonly #held = new Map<SignId, Held>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  hear(sign: SignId, { rows, serial, sinceMs }: SignShown, via: ReportWay, answers = true): void {
    const [now, nowMs] = [this.#clock.wallMs(), this.#clock.monoMs()];
    const since = Math.max(0, now - sinceMs);
    this.#held.set(sign, {
      via,
      shown: rows,
      serial,
      heardAt: now,
      since,
      answers,
      heardMs: nowMs,
    });
  }

  of(sign: SignId): HeardReport | undefined {
    return this.#held.get(sign);
  }

  keep(signs: ReadonlySet<SignId>): void {
    for (const sign of this.#held.keys()) if (!signs.has(sign)) this.#held.delete(sign);
  }

  /** What was asked of a sign just now it cannot know yet: what it was to show before is right, too. */
  agreementOf({ sign, tokens, recent }: Decided): Agreement {
    const held = this.#held.get(sign.properties.id);
    if (held === undefined) return 'unheard';
    const nowMs = this.#clock.monoMs();
    if (!held.answers || nowMs - held.heardMs > SILENT_AFTER_MS) return 'silent';
    const said = held.shown.join(' ');
    const isRight =
      said === tokens.join(' ') ||
      recent.some(
        (past) => nowMs - past.untilMs <= ON_ITS_WAY_MS && said === past.tokens.join(' '),
      );
    return isRight ? 'agrees' : 'differs';
  }
}
