import { openSimulatedLine } from '#firmware-sim/line/pty.ts';
import type { SimulatedLine } from '#firmware-sim/line/pty.ts';

/** A pseudo-terminal that is never given more than it takes: what it refuses is kept for later. */
export class FullLine {
  readonly #line: SimulatedLine;
  #rest: Uint8Array = new Uint8Array();

  private constructor(line: SimulatedLine) {
    this.#line = line;
  }

  static async open(path: string): Promise<FullLine> {
    const fail = (error: Error) => {
      throw error;
    };
    return new FullLine(await openSimulatedLine(path, { onBytes: () => undefined, onLost: fail }));
  }

  /** False: what was written before is not all out yet, and nothing of this was taken. */
  write(bytes: Uint8Array): boolean {
    if (!this.flush()) return false;
    this.#rest = bytes;
    this.flush();
    return true;
  }

  /** Whether nothing waits any more. */
  flush(): boolean {
    if (this.#rest.length === 0) return true;
    const before = this.#line.bytesLost;
    this.#line.write(this.#rest);
    const refused = this.#line.bytesLost - before;
    this.#rest = this.#rest.subarray(this.#rest.length - refused);
    return this.#rest.length === 0;
  }

  close(): void {
    this.#line.close();
  }
}
