import { gatewayUnknownMs } from '#contract/deadlines.ts';
import type { VirtualSample } from '#firmware-sim/virtual-street.ts';
import { isBelieved, newHealth, observe } from '#gateway/health/sensor-health.ts';
import type { HealthOfSensor } from '#gateway/health/sensor-health.ts';
import type { Observation } from '#gateway/health/observation.ts';
import { Bank } from '#gateway/sense/bank.ts';
import type { BankedBay } from '#gateway/sense/bank.ts';
import type { Evidence } from '#gateway/sense/confidence.ts';
import { evidenceOf, isOverdue, presentConfidence } from '#gateway/sense/detector.ts';
import type { Decision } from '#gateway/sense/detector.ts';
import type { Sample } from '#gateway/sense/sample.ts';
import type { Modality } from './classes.ts';

/** What a gateway said of one bay, and when it said so; monotonic milliseconds. */
export interface Said extends Decision {
  readonly saidAt: number;
  readonly evidence: Evidence;
}

/** What a gateway believed of a bay at some instant. */
export interface Look {
  readonly at: number;
  readonly state: 'vacant' | 'occupied';
  readonly confidence: number;
  readonly evidence: Evidence;
}

export interface WatchedBay {
  readonly said: Said[];
  /** While its sensor's health was anything but ok. */
  readonly flagged: { readonly from: number; to: number }[];
  readonly looks: Look[];
}

const LOOK_EVERY_MS = 600_000;

/** One modality's gateway: bank, deadlines and, where sensors are faulty, their health. */
export class Watcher {
  readonly modality: Modality;
  readonly bays: readonly WatchedBay[];
  readonly #bank: Bank;
  readonly #health: HealthOfSensor[];
  readonly #parameters: {
    readonly periodMs: number;
    readonly unknownMs: number;
    readonly polled: true;
  };
  #lookedAt = 0;

  constructor(options: {
    readonly modality: Modality;
    readonly bays: readonly Pick<BankedBay, 'beside'>[];
    readonly mountsMm: readonly number[];
    readonly periodMs: number;
    /** Health costs as much as sensing; where nothing is faulty it has nothing to say. */
    readonly hasFaults: boolean;
  }) {
    const { modality, bays, mountsMm, periodMs, hasFaults } = options;
    const unknownMs = gatewayUnknownMs(periodMs);
    this.modality = modality;
    this.#parameters = { periodMs, unknownMs, polled: true };
    this.bays = bays.map(() => ({ said: [], flagged: [], looks: [] }));
    this.#health = hasFaults ? bays.map(() => newHealth(0)) : [];
    this.#bank = new Bank(
      bays.map(({ beside }, at) => ({
        beside,
        parameters: { mountMm: mountsMm[at] ?? 0, confirmMs: 3_000, unknownMs },
      })),
    );
  }

  hear(bay: number, heard: VirtualSample): void {
    const at = heard.atMonoMs;
    if (at - this.#lookedAt >= this.#parameters.unknownMs / 2) this.#look(at);
    const sample = sampleOf(heard, this.modality);
    if (!this.#isBelieved(bay, { kind: 'sample', sample }, at)) return this.#giveUp(bay, at);
    const decision = this.#bank.hear(bay, sample, at);
    if (decision === undefined) return;
    const evidence = evidenceOf(this.#bank.detector(bay));
    this.bays[bay]?.said.push({ ...decision, saidAt: at, evidence });
  }

  #look(at: number): void {
    const isTime = Math.floor(at / LOOK_EVERY_MS) !== Math.floor(this.#lookedAt / LOOK_EVERY_MS);
    this.#lookedAt = at;
    for (const [bay, { looks }] of this.bays.entries()) {
      const state = this.#bank.detector(bay);
      this.#isBelieved(bay, { kind: 'tick' }, at);
      if (isOverdue(state, at, { unknownMs: this.#parameters.unknownMs })) this.#giveUp(bay, at);
      else if (isTime && state.belief !== 'unknown') {
        const confidence = presentConfidence(state);
        looks.push({ at, state: state.belief, confidence, evidence: evidenceOf(state) });
      }
    }
  }

  #giveUp(bay: number, at: number): void {
    const state = this.#bank.detector(bay);
    if (state.belief === 'unknown') return;
    const evidence = evidenceOf(state);
    this.#bank.forget(bay);
    const said: Said = { state: 'unknown', sensedAt: at, saidAt: at, confidence: 0, evidence };
    this.bays[bay]?.said.push(said);
  }

  #isBelieved(bay: number, observation: Observation, at: number): boolean {
    const before = this.#health[bay];
    if (before === undefined) return true;
    const after = observe(before, observation, at, this.#parameters);
    this.#health[bay] = after;
    const flagged = this.bays[bay]?.flagged ?? [];
    const last = flagged.at(-1);
    if (before.state === 'ok' && after.state !== 'ok') {
      flagged.push({ from: at, to: Number.POSITIVE_INFINITY });
    } else if (before.state !== 'ok' && after.state === 'ok' && last !== undefined) last.to = at;
    return isBelieved(after);
  }
}

function sampleOf(heard: VirtualSample, modality: Modality): Sample {
  const { distanceMm, distanceQuality, fieldUt, temperatureC } = heard;
  const [xUt, yUt, zUt] = fieldUt;
  const distance = { value: distanceMm, unit: 'mm', quality: distanceQuality } as const;
  const field = { xUt, yUt, zUt, quality: 'ok' } as const;
  const temperature = { value: temperatureC, unit: 'degC', quality: 'ok' } as const;
  const { atMonoMs: receivedAtMono, seq, uptimeMs } = heard;
  switch (modality) {
    case 'fused':
      return { receivedAtMono, seq, uptimeMs, distance, field, temperature };
    case 'magnetic':
      return { receivedAtMono, seq, uptimeMs, field, temperature };
    case 'distance':
      return { receivedAtMono, seq, uptimeMs, distance };
  }
}
