import type { GatewayId } from '#contract/ids.ts';

/** The window of the smallest transit: ten buckets of a minute. */
const BUCKET_MS = 60_000;
const BUCKETS = 10;
/** No message is overtaken by this much: a publishedAt this far behind is a clock that stepped. */
const STEP_MS = 15_000;
/** Or so many messages in a row behind the known offset, the first behind its forerunner's time. */
const SUSPECTS = 3;
const SUSPECT_MS = 1_000;

/**
 * How far one gateway's wall clock is from our monotonic one: the smallest `received − published`
 * of the last ten minutes. What a message takes above that it spent on its way. A gateway's clock
 * may step either way: a step back is known by messages that were published before their
 * forerunners, and starts the window anew.
 */
class ClockOffset {
  readonly #smallest = new Float64Array(BUCKETS).fill(Number.POSITIVE_INFINITY);
  #bucket = 0;
  #newestPublishedAt = Number.NEGATIVE_INFINITY;
  #suspects = 0;
  #suspectSmallest = Number.POSITIVE_INFINITY;

  /** Milliseconds that this message took longer than the fastest known, at least 0. */
  transitMs(receivedMonoMs: number, publishedAt: number): number {
    this.#turnTo(Math.floor(receivedMonoMs / BUCKET_MS));
    const difference = receivedMonoMs - publishedAt;
    const behind = this.#newestPublishedAt - publishedAt;
    this.#watchForStep(difference, behind);
    this.#newestPublishedAt = Math.max(this.#newestPublishedAt, publishedAt);
    const at = this.#bucket % BUCKETS;
    this.#smallest[at] = Math.min(this.#smallest[at] ?? Number.POSITIVE_INFINITY, difference);
    return Math.max(0, difference - Math.min(...this.#smallest));
  }

  #watchForStep(difference: number, behind: number): void {
    if (behind > STEP_MS) return this.#restart(Number.POSITIVE_INFINITY);
    const late = difference - Math.min(...this.#smallest) > SUSPECT_MS;
    if (!late) {
      this.#suspects = 0;
      this.#suspectSmallest = Number.POSITIVE_INFINITY;
      return;
    }
    if (this.#suspects === 0 && behind <= 0) return;
    this.#suspects += 1;
    this.#suspectSmallest = Math.min(this.#suspectSmallest, difference);
    if (this.#suspects >= SUSPECTS) this.#restart(this.#suspectSmallest);
  }

  #restart(smallest: number): void {
    this.#smallest.fill(Number.POSITIVE_INFINITY);
    this.#smallest[this.#bucket % BUCKETS] = smallest;
    this.#newestPublishedAt = Number.NEGATIVE_INFINITY;
    this.#suspects = 0;
    this.#suspectSmallest = Number.POSITIVE_INFINITY;
  }

  #turnTo(bucket: number): void {
    const passed = Math.min(BUCKETS, bucket - this.#bucket);
    for (let step = 1; step <= passed; step += 1) {
      this.#smallest[(bucket - passed + step) % BUCKETS] = Number.POSITIVE_INFINITY;
    }
    this.#bucket = Math.max(this.#bucket, bucket);
  }
}

/** The offset of each gateway that was heard. */
export class ClockOffsets {
  readonly #of = new Map<GatewayId, ClockOffset>();

  /** When a message was sent, on our monotonic clock. */
  sentMs(
    gateway: GatewayId,
    publishedAt: number,
    { receivedMonoMs }: { readonly receivedMonoMs: number },
  ): number {
    let offset = this.#of.get(gateway);
    if (offset === undefined) {
      offset = new ClockOffset();
      this.#of.set(gateway, offset);
    }
    return receivedMonoMs - offset.transitMs(receivedMonoMs, publishedAt);
  }
}
