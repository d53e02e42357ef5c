import type { LotLive } from '#contract/live.ts';
import type { LiveStateReader } from '../state/live-state.ts';

/** The part of live state that it listens to. */
export interface KnownLots extends Pick<LiveStateReader, 'onChanged'> {
  lots(): readonly Pick<LotLive, 'observedAt'>[];
}

/** A street of which nothing is heard must not wait for ever. */
const AT_LATEST_MS = 20_000;

/**
 * Resolves as soon as some bay's state is known, after `atLatestMs`, or when it is stopped; the first
 * may be before the live state is there to be listened to.
 */
export class FirstKnown {
  readonly seen: Promise<void>;
  #resolve: () => void = () => undefined;
  readonly #late: NodeJS.Timeout;

  constructor(atLatestMs = AT_LATEST_MS) {
    this.seen = new Promise((resolve) => {
      this.#resolve = resolve;
    });
    this.#late = setTimeout(() => this.stop(), atLatestMs);
  }

  listenTo(liveState: KnownLots): void {
    const stopListening = liveState.onChanged(() => {
      if (liveState.lots().some(({ observedAt }) => observedAt !== null)) this.stop();
    });
    void this.seen.then(stopListening);
  }

  stop(): void {
    clearTimeout(this.#late);
    this.#resolve();
  }
}
