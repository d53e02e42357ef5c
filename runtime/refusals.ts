import type { Clock } from './clock.ts';
import type { Log } from './log.ts';

const LOG_EVERY_MS = 10_000;

/** What a border turned away: every one is counted, the log is told without being flooded. */
export interface Refusals<Reason extends string> {
  /** Counts; logs the first of its reason, then one line in 10 s that says how many went unsaid. */
  add(reason: Reason, facts: object): void;
  readonly counts: Readonly<Record<Reason, number>>;
}

export function openRefusals<const Reason extends string>(
  event: string,
  reasons: readonly Reason[],
  { clock, log }: { readonly clock: Clock; readonly log: Log },
): Refusals<Reason> {
  const counts = Object.fromEntries(reasons.map((reason) => [reason, 0])) as Record<Reason, number>;
  const said = new Map<Reason, { at: number; count: number }>();
  return {
    counts,
    add: (reason, facts) => {
      counts[reason] += 1;
      const now = clock.monoMs();
      const last = said.get(reason);
      if (last !== undefined && now - last.at < LOG_EVERY_MS) return;
      const unsaid = counts[reason] - (last?.count ?? 0) - 1;
      said.set(reason, { at: now, count: counts[reason] });
      log.warn({ reason, ...facts, ...(unsaid > 0 && { unsaid }) }, event);
    },
  };
}
