import type { BayState } from '#contract/bay.ts';
import type { BayId, LineId } from '#contract/ids.ts';
import type { LineHealthView } from '../health/line-health.ts';
import type { LineStatus, ObservedMessage, SnapshotMessage } from '#contract/messages.ts';

/** What the gateway believes of one bay, for messages about now. */
export interface BayView {
  readonly bay: BayId;
  readonly state: BayState;
  /** Epoch milliseconds. */
  readonly sensedAt: number;
  /** Monotonic, of the last valid observation; undefined while nothing is decided. */
  readonly observedAtMono: number | undefined;
  readonly confidence: number;
}

/** One line as the publisher sees it. */
export interface LineView {
  readonly line: LineId;
  bays(): readonly BayView[];
  status(): LineStatus;
  health(): LineHealthView;
}

/** A line has at most 32 sensors, so that a snapshot always fits into one message. */
export function snapshotBays(line: LineView, nowMono: number): SnapshotMessage['bays'] {
  return line.bays().map(({ bay, state, sensedAt, observedAtMono, confidence }) => ({
    bay,
    state,
    sensedAt,
    ageMs: observedAtMono === undefined ? null : ageOf(observedAtMono, nowMono),
    confidence,
  }));
}

/** By bay: how long ago it was last observed; only bays whose state is decided. */
export function agesOf(lines: readonly LineView[], nowMono: number): ObservedMessage['ages'] {
  const ages: ObservedMessage['ages'] = {};
  for (const line of lines) {
    for (const { bay, observedAtMono } of line.bays()) {
      if (observedAtMono !== undefined) ages[bay] = ageOf(observedAtMono, nowMono);
    }
  }
  return ages;
}

const ageOf = (atMono: number, nowMono: number): number =>
  Math.max(0, Math.round(nowMono - atMono));
