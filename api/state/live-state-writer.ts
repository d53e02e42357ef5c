import type { JournalRecord } from '#contract/event.ts';
import type { BayId, GatewayId } from '#contract/ids.ts';
import type { ObservedMessage, SnapshotMessage } from '#contract/messages.ts';
import type { EffectiveSite } from '#contract/site-overlay.ts';
import type { QuarantineReason } from './quarantine.ts';

/** When a message was received, and whether the broker had kept it. */
export interface Heard {
  readonly retained: boolean;
  readonly receivedMonoMs: number;
}

/** What ingest tells live state. `order`: the journal's, as the log gave it. */
export interface LiveStateWriter {
  /** What was heard and settled before this start. */
  knowJournal(order: number, settled: number): void;
  /** An event or fact of a journal, in any order, as often as it comes. */
  hearRecord(gateway: GatewayId, order: number, record: JournalRecord): void;
  /** Nothing up to this seq will be heard any more. */
  hearLoss(order: number, toSeq: number): void;
  /** A record that could not be read stood here; it may have changed this bay. */
  doubtBay(gateway: GatewayId, order: number, seq: number, bay: BayId | undefined): void;
  hearSnapshot(gateway: GatewayId, order: number, message: SnapshotMessage, heard: Heard): void;
  hearObserved(gateway: GatewayId, order: number, message: ObservedMessage, heard: Heard): void;
  /** Believe this gateway no more until it has given no reason for a while. */
  quarantine(gateway: GatewayId, reason: QuarantineReason): void;
  /** Tells the listeners of what changed since the last call. */
  announce(): void;
  /**
   * Another site holds: what is known of bays that stay with their gateway goes on, everything else
   * begins unknown. Listeners hear nothing of it: who reads by the site reads it anew.
   */
  changeSite(now: EffectiveSite): void;
}
