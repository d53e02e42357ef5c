import { DISTANCE_INTERFERENCE, encodeDistance } from '#contract/distance-frame.ts';
import { encodeMaxbotix, maxbotixVariants } from '#contract/maxbotix-frame.ts';
import type { FreeRunningKind } from '#contract/sensor-kind.ts';
import { between } from '../world/random.ts';
import type { Random } from '../world/random.ts';
import { FaultySenses } from './faulty-senses.ts';
import type { Senses } from './senses.ts';

const PERIOD_MS = { from: 100, to: 150 } as const;

/** A sensor that has its line for itself and sends a frame every 100–150 ms, asked or not. */
export class RangeFinder {
  readonly #kind: FreeRunningKind;
  readonly #senses: FaultySenses;
  readonly #now: () => number;
  readonly #transmit: (startAt: number, bytes: Uint8Array) => void;
  readonly #periodMs: number;
  #timer: NodeJS.Timeout | undefined;
  #frames = 0;
  muted = false;

  constructor(options: {
    readonly kind: FreeRunningKind;
    readonly senses: Senses;
    readonly random: Random;
    /** The monotonic clock. */
    readonly now: () => number;
    readonly transmit: (startAt: number, bytes: Uint8Array) => void;
  }) {
    this.#kind = options.kind;
    this.#senses = new FaultySenses(options.senses);
    this.#now = options.now;
    this.#transmit = options.transmit;
    this.#periodMs = between(options.random, PERIOD_MS.from, PERIOD_MS.to);
  }

  get frames(): number {
    return this.#frames;
  }

  /** Says from now on what it says now. */
  stick(): void {
    this.#senses.hold(this.#now());
  }

  mend(): void {
    this.#senses.mend();
  }

  start(): void {
    this.#timer ??= setInterval(() => this.#send(), this.#periodMs);
  }

  close(): void {
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  #send(): void {
    if (this.muted) return;
    const at = this.#now();
    this.#transmit(at, frameOf(this.#kind, this.#senses.measure(at).distanceMm));
    this.#frames += 1;
  }
}

/** The frame of a distance in mm, 0xFFFD (no echo) or 0xFFFE (interference). */
export function frameOf(kind: FreeRunningKind, mm: number): Uint8Array {
  if (kind === 'distance-frame') return encodeDistance(mm);
  const { mmPerCount, near, noTarget } = maxbotixVariants[kind];
  const [farthest] = noTarget;
  // These kinds know no word for interference: they read short.
  const counts = mm === DISTANCE_INTERFERENCE ? near : Math.round(mm / mmPerCount);
  return encodeMaxbotix(Math.min(farthest, Math.max(near, counts)), kind);
}
