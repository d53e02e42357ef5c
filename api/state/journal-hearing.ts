/**
 * How far each journal was heard without a gap. An old state must not look live: a report that was
 * made at a seq beyond this says nothing of bays whose change may be among the unheard.
 */
export class JournalHearing {
  readonly #heardTo = new Map<number, number>();
  readonly #lostTo = new Map<number, number>();

  /** `settled`: what was heard before this start. */
  known(order: number, settled: number): void {
    if (!this.#heardTo.has(order)) this.#heardTo.set(order, settled);
  }

  heard(order: number, seq: number): void {
    if (seq === this.heardTo(order) + 1) this.#heardTo.set(order, seq);
  }

  /** Everything up to this seq that was not heard never will be. */
  lost(order: number, toSeq: number): void {
    if (toSeq <= this.heardTo(order)) return;
    this.#heardTo.set(order, toSeq);
    this.#lostTo.set(order, toSeq);
  }

  heardTo(order: number): number {
    return this.#heardTo.get(order) ?? 0;
  }

  /** A state from before this seq may have been changed by a lost event. */
  lostTo(order: number): number {
    return this.#lostTo.get(order) ?? 0;
  }
}
