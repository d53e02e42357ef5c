import type { LineId } from '#contract/ids.ts';
import type { Journal } from './journal/journal.ts';
import { trackObserved } from './sense/observed.ts';
import type { DecidedBay, Interval } from './sense/observed.ts';

export interface ObservedIntervalOptions {
  readonly line: LineId;
  readonly journal: Pick<Journal, 'appendObserved' | 'extend'>;
  readonly onAppended: () => void;
}

/** The observed interval of a line that is open now, and its place in the journal. */
export class ObservedInterval {
  readonly #options: ObservedIntervalOptions;
  #open: Interval | undefined;
  #seq: number | undefined;

  constructor(options: ObservedIntervalOptions) {
    this.#options = options;
  }

  /** How far it goes with all its bays, monotonic milliseconds; 0: nothing is claimed. */
  get until(): number {
    return this.#open?.until ?? 0;
  }

  /** Goes on with the bays that are decided now. */
  track(decided: readonly DecidedBay[]): void {
    const { ended, open } = trackObserved(this.#open, decided);
    for (const interval of ended) this.#end(interval);
    this.#open = open;
    if (open && open.until > open.from) this.#claim(open);
  }

  /** Nothing is observed from now on. */
  end(): void {
    if (this.#open) this.#end(this.#open);
    this.#open = undefined;
  }

  /** What is in the journal ended without us. */
  forget(): void {
    this.#open = undefined;
    this.#seq = undefined;
  }

  /** What is in the journal ends here, and what follows is another. */
  split(): void {
    const open = this.#open;
    if (!open || this.#seq === undefined) return;
    this.#end(open);
    this.#open = { ...open, from: open.until };
  }

  #end(interval: Interval): void {
    if (interval.until > interval.from) this.#claim(interval);
    if (this.#seq === undefined) return;
    this.#options.journal.extend(this.#seq, interval.until, { ends: true });
    this.#seq = undefined;
  }

  /** The interval is in the journal with its present end. */
  #claim({ bays, from, until }: Interval): void {
    const { line, journal, onAppended } = this.#options;
    if (this.#seq !== undefined) return journal.extend(this.#seq, until);
    this.#seq = journal.appendObserved(line, bays, from, until);
    onAppended();
  }
}
