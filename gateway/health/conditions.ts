import { causeText } from '#contract/alarm-causes.ts';
import type { LineId } from '#contract/ids.ts';
import type { LineStatus } from '#contract/messages.ts';
import type { Condition } from '#runtime/alarm-board.ts';
import type { ClockDoubt } from '../journal/wall-time.ts';

/** What one look at the gateway itself sees. */
export interface GatewaySeen {
  readonly monoMs: number;
  readonly clockDoubt: ClockDoubt | undefined;
  readonly diskFull: boolean;
  /** Of what the journal holds. */
  readonly unsettled: number;
  readonly unsettledBytes: number;
  readonly mostBytes: number;
  /** Those whose sensors are asked; a sensor that speaks by itself may be silent. */
  readonly askedLines: readonly LineStatus[];
}

const FILLING_SHARE = 0.8;
/** Longer than the longest pause between two questions to a line whose nodes are all silent. */
const STALLED_MS = 60_000;

const doubts: Readonly<Record<ClockDoubt, string>> = {
  beforeBuild: causeText('clockBeforeBuild', {}),
  farFromApi: causeText('clockFarFromApi', {}),
};

/** What each line last counted, and when that last moved. */
export class GatewayConditions {
  readonly #moved = new Map<LineId, { readonly counted: number; readonly monoMs: number }>();

  /** The conditions of the gateway itself that hold now. */
  conditionsOf(seen: GatewaySeen): Condition[] {
    const { clockDoubt, diskFull, unsettled, unsettledBytes, mostBytes } = seen;
    const found: Condition[] = [];
    if (clockDoubt)
      found.push({ alarm: 'clock_untrusted', subject: '', cause: doubts[clockDoubt] });
    if (diskFull) {
      const cause = causeText('journalUnwritable', {});
      found.push({ alarm: 'journal_unwritable', subject: '', cause });
    }
    const share = unsettledBytes / mostBytes;
    if (share > FILLING_SHARE) {
      const values = { count: unsettled, percent: Math.round(100 * share) };
      const cause = causeText('journalFilling', values);
      found.push({ alarm: 'journal_filling', subject: '', cause });
    }
    for (const line of seen.askedLines) {
      const stoodMs = this.#stoodMs(line, seen.monoMs);
      if (stoodMs <= STALLED_MS) continue;
      const cause = causeText('lineStalled', { seconds: Math.round(stoodMs / 1_000) });
      found.push({ alarm: 'line_stalled', subject: line.line, cause });
    }
    return found;
  }

  #stoodMs({ line, state, ...counts }: LineStatus, monoMs: number): number {
    const { framesHeard, framesBad, bytesDiscarded, timeouts, reopened } = counts;
    const counted = framesHeard + framesBad + bytesDiscarded + timeouts + reopened;
    const before = this.#moved.get(line);
    if (before?.counted === counted && state !== 'absent') return monoMs - before.monoMs;
    this.#moved.set(line, { counted, monoMs });
    return 0;
  }
}
