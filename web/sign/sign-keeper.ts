import { fadedShow, layoutShow, shownToken } from '#contract/sign-fade.ts';
import type { SignShow } from '#contract/sign-ladder.ts';
import type { SignMessage, SignRow } from '#contract/sign-message.ts';
import type { BrowserClock } from '../live/server-clock.ts';

/** A row as it may be shown now, and how long its show may stay without any further word. */
export interface FacedRow {
  readonly row: SignRow;
  readonly show: SignShow;
  readonly instead: SignRow['instead'];
  readonly holdsForMs: number;
}

/** What the sign was told last, and what of it has not expired. */
export class SignKeeper {
  readonly #clock: BrowserClock;
  #message: SignMessage;
  /** undefined: nothing but the layout is known yet. */
  #asked: { readonly monoMs: number; readonly wallMs: number } | undefined;

  /** `layout`: as the server wrote it into the page, which may be of any age. */
  constructor(clock: BrowserClock, layout: SignMessage) {
    this.#clock = clock;
    this.#message = layout;
  }

  get message(): SignMessage {
    return this.#message;
  }

  /** Of the message that is obeyed; null: of none. */
  get serial(): number | null {
    return this.#asked === undefined ? null : this.#message.serial;
  }

  /** When it is asked: an answer is no younger than its question, however long it took. */
  ask(): { readonly monoMs: number; readonly wallMs: number } {
    return { monoMs: this.#clock.monoMs(), wallMs: this.#clock.wallMs() };
  }

  /** Whether it was news: what somebody kept and says again is none, and renews nothing. */
  hear(message: SignMessage, asked: { readonly monoMs: number; readonly wallMs: number }): boolean {
    if (this.#asked !== undefined && message.serial <= this.#message.serial) return false;
    this.#message = message;
    this.#asked = asked;
    return true;
  }

  rows(): readonly FacedRow[] {
    const { rows, validForMs, wordForMs } = this.#message;
    const elapsedMs = this.#elapsedMs();
    return rows.map((row): FacedRow => {
      if (elapsedMs === undefined) {
        return { row, show: layoutShow(row.show), instead: undefined, holdsForMs: Infinity };
      }
      const show = fadedShow(row.show, elapsedMs, this.#message);
      const holdsForMs = (show.kind === 'number' ? validForMs : wordForMs) - elapsedMs;
      const isStatic = show.kind === 'parking' || show.kind === 'blank';
      return {
        row,
        show,
        instead: elapsedMs < validForMs ? row.instead : undefined,
        holdsForMs: isStatic ? Infinity : holdsForMs,
      };
    });
  }

  tokens(): string[] {
    return this.rows().map(({ show }) => shownToken(show));
  }

  /** Monotonic time may stop in sleep: what only the wall clock saw pass has passed. */
  #elapsedMs(): number | undefined {
    if (this.#asked === undefined) return undefined;
    const mono = this.#clock.monoMs() - this.#asked.monoMs;
    return Math.max(mono, this.#clock.wallMs() - this.#asked.wallMs);
  }
}
