/**
 * Which bays' deadlines fall into which slice of time. A bay stands in one slice at most; a later
 * observation does not move it: when its slice is due, whoever asks looks whether the bay is still
 * fresh and puts it back. So the work is one look per bay and deadline, not per report or tick.
 */
export class ExpiryRing {
  readonly #sliceMs: number;
  readonly #slices: number[][];
  readonly #standing: Uint8Array;
  #nextSlice: number;

  /** `spanMs`: the farthest a deadline may lie ahead; `nowMs`: monotonic. */
  constructor(bayCount: number, spanMs: number, sliceMs: number, nowMs: number) {
    this.#sliceMs = sliceMs;
    this.#slices = Array.from({ length: Math.ceil(spanMs / sliceMs) + 2 }, () => []);
    this.#standing = new Uint8Array(bayCount);
    this.#nextSlice = Math.floor(nowMs / sliceMs);
  }

  /** Does nothing for a bay that stands already. */
  put(bay: number, dueMs: number): void {
    if (this.#standing[bay] === 1) return;
    this.#standing[bay] = 1;
    // Rounded up: a slice is taken only when all its deadlines have passed.
    const slice = Math.max(this.#nextSlice, Math.ceil(dueMs / this.#sliceMs));
    this.#slices[slice % this.#slices.length]?.push(bay);
  }

  /** Takes out the bays of every slice up to now. */
  takeDue(nowMs: number): readonly number[] {
    const due: number[] = [];
    const last = Math.floor(nowMs / this.#sliceMs);
    const first = Math.max(this.#nextSlice, last - this.#slices.length + 1);
    for (let slice = first; slice <= last; slice += 1) {
      const at = slice % this.#slices.length;
      for (const bay of this.#slices[at] ?? []) due.push(bay);
      this.#slices[at] = [];
    }
    this.#nextSlice = Math.max(this.#nextSlice, last + 1);
    for (const bay of due) this.#standing[bay] = 0;
    return due;
  }
}
