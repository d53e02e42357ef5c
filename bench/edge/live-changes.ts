import { until } from '../../tests/support/until.ts';
import type { Lanes } from '../chain/lanes.ts';

interface Times {
  readonly sentAt: number;
  shownAt: number | undefined;
}

/** Changes on the lanes at an even pace until the end, and when a viewer was shown each. */
export class LiveChanges {
  readonly #lanes: Lanes;
  readonly #perS: number;
  readonly #times: Times[] = [];
  readonly #since = performance.now();
  #timer: NodeJS.Timeout | undefined;

  constructor(lanes: Lanes, perS: number) {
    this.#lanes = lanes;
    this.#perS = perS;
    lanes.onShown = (change) => {
      const times = this.#times[change];
      if (times) times.shownAt ??= performance.now();
    };
    this.#sendDue();
  }

  /** Whether any was shown yet. */
  get areSeen(): boolean {
    return this.#times.some(({ shownAt }) => shownAt !== undefined);
  }

  /** Of changes that were sent within the span, `performance.now()`; milliseconds. */
  latenciesMs({ from, until: end }: { readonly from: number; readonly until: number }): number[] {
    return this.#times.flatMap(({ sentAt, shownAt }) =>
      shownAt === undefined || sentAt < from || sentAt >= end ? [] : [shownAt - sentAt],
    );
  }

  /** Resolves when all are shown. */
  async end(): Promise<void> {
    clearTimeout(this.#timer);
    const areShown = () => this.#times.every(({ shownAt }) => shownAt !== undefined);
    await until(() => this.#lanes.flush() && areShown(), { withinMs: 60_000 });
  }

  #sendDue(): void {
    const due = ((performance.now() - this.#since) * this.#perS) / 1_000;
    while (this.#times.length < due && this.#lanes.send(this.#times.length)) {
      this.#times.push({ sentAt: performance.now(), shownAt: undefined });
    }
    this.#timer = setTimeout(() => this.#sendDue(), 1);
  }
}
