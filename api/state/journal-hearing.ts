import type { GatewayId } from '#contract/ids.ts';
import { EarlyReports } from './early-reports.ts';
import type { PlacedReport } from './early-reports.ts';

/**
 * How far each journal was heard without a gap. An old state must not look live: a report that was
 * made at a seq beyond this says nothing of bays whose change may be among the unheard.
 */
export class JournalHearing {
  readonly #heardTo = new Map<number, number>();
  readonly #lostTo = new Map<number, number>();
  readonly #early = new EarlyReports();

  /** `settled`: what was heard before this start. */
  known(order: number, settled: number): void {
    if (!this.#heardTo.has(order)) this.#heardTo.set(order, settled);
  }

  /** Gives the report that came before this record, when everything it was made after is heard now. */
  heard(gateway: GatewayId, order: number, seq: number): PlacedReport | undefined {
    if (seq === this.#heardToOf(order) + 1) this.#heardTo.set(order, seq);
    return this.#early.take(gateway, order, this.#heardToOf(order));
  }

  /** A report has come, perhaps before events that it was made after. */
  told(gateway: GatewayId, report: PlacedReport): void {
    this.#early.hear(gateway, report, this.#heardToOf(report.order));
  }

  /** Everything up to this seq that was not heard never will be. */
  lost(order: number, toSeq: number): void {
    if (toSeq <= this.#heardToOf(order)) return;
    this.#heardTo.set(order, toSeq);
    this.#lostTo.set(order, toSeq);
  }

  /** Whether a report made at `reportSeq` says something of a bay whose last event is `baySeq`. */
  covers(order: number, reportSeq: number, baySeq: number): boolean {
    // A state from before a loss may have been changed by a lost event.
    const lostTo = this.#lostTo.get(order) ?? 0;
    return reportSeq <= Math.max(this.#heardToOf(order), baySeq) && baySeq >= lostTo;
  }

  #heardToOf(order: number): number {
    return this.#heardTo.get(order) ?? 0;
  }
}
