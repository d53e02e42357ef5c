import type { GatewayId } from '#contract/ids.ts';
import type { ObservedMessage } from '#contract/messages.ts';

/** A gateway's report of observation, in its journal's order. */
export interface PlacedReport {
  readonly order: number;
  readonly message: ObservedMessage;
  /** When it was sent, by our own monotonic clock; milliseconds. */
  readonly sentMs: number;
}

/**
 * Reports of now pass by the queue of events, and say nothing of bays whose change may still wait in
 * it: each gateway's newest is kept until the events that it was made after are heard.
 */
export class EarlyReports {
  readonly #newest = new Map<GatewayId, PlacedReport>();

  /** `heardTo`: how far that journal was heard without a gap. */
  hear(gateway: GatewayId, report: PlacedReport, heardTo: number): void {
    if (report.message.seq > heardTo) this.#newest.set(gateway, report);
    else this.#newest.delete(gateway);
  }

  /** The report of which now everything is heard; once. */
  take(gateway: GatewayId, order: number, heardTo: number): PlacedReport | undefined {
    const report = this.#newest.get(gateway);
    if (report?.order !== order || report.message.seq > heardTo) return undefined;
    this.#newest.delete(gateway);
    return report;
  }
}
