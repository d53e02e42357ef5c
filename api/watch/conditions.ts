import { causeText } from '#contract/alarm-causes.ts';
import type { Condition } from '#runtime/alarm-board.ts';
import type { HistoryStatus } from '../history/history.ts';
import type { GatewayStatus } from '../state/gateway-status.ts';
import type { Quarantined, QuarantineReason } from '../state/quarantine.ts';

/** What one look sees; instants of the wall clock in epoch ms, `…MonoMs` monotonic. */
export interface Seen {
  readonly monoMs: number;
  readonly brokerConnected: boolean;
  readonly logFailing: string | undefined;
  readonly ingestStalled: string | undefined;
  readonly gateways: readonly GatewayStatus[];
  readonly quarantined: readonly Quarantined[];
  readonly history: HistoryStatus;
  /** Since the start. */
  readonly deadLetters: number;
  readonly lost: number;
}

/** Three of a gateway's words in a row, which come every 30 s. */
const SILENT_MS = 90_000;
const SKEW_MS = 10_000;
const BEHIND_RECORDS = 5_000;
const DEAD_LETTERS_HOLD_MS = 600_000;
const LOST_HOLD_MS = 3_600_000;

const QUARANTINE_CAUSES: Readonly<Record<QuarantineReason, string>> = {
  implausible_changes: causeText('implausibleChanges', {}),
  identity_cloned: causeText('identityCloned', {}),
};

/** What one look remembers for the next: when something last moved. */
export class ConditionMemory {
  readonly #heard = new Map<string, { readonly heardAt: number | null; readonly monoMs: number }>();
  readonly #grown = new Map<string, { readonly total: number; readonly monoMs: number }>();

  /** The conditions of the api itself that hold now. */
  conditionsOf(seen: Seen): Condition[] {
    const { monoMs, brokerConnected, logFailing, ingestStalled } = seen;
    const found: Condition[] = [];
    const say = (alarm: Condition['alarm'], subject: string, cause: string | undefined) => {
      if (cause !== undefined) found.push({ alarm, subject, cause });
    };
    say('log_failing', '', logFailing);
    say('ingest_stalled', '', ingestStalled);
    say('broker_away', '', brokerConnected ? undefined : causeText('brokerAway', {}));
    for (const status of seen.gateways) {
      // Without a broker all are silent, and that is one fault, not a hundred.
      if (brokerConnected) say('gateway_silent', status.gateway, this.#silence(status, monoMs));
      say('clock_skew', status.gateway, skewOf(status));
    }
    for (const { gateway, reason } of seen.quarantined) {
      say('gateway_quarantined', gateway, QUARANTINE_CAUSES[reason]);
    }
    say('view_behind', '', behindOf(seen.history));
    const letters = this.#growth('deadLetters', seen.deadLetters, monoMs, DEAD_LETTERS_HOLD_MS);
    say('dead_letters', '', letters && causeText('sinceStart', { count: seen.deadLetters }));
    const lost = this.#growth('lost', seen.lost, monoMs, LOST_HOLD_MS);
    say('events_lost', '', lost && causeText('sinceStart', { count: seen.lost }));
    return found;
  }

  #silence({ gateway, state, heardAt }: GatewayStatus, monoMs: number): string | undefined {
    const before = this.#heard.get(gateway);
    const last = before?.heardAt === heardAt ? before : { heardAt, monoMs };
    this.#heard.set(gateway, last);
    if (state === 'unheard') return causeText('gatewayUnheard', {});
    if (state === 'offline') return causeText('gatewayGone', {});
    const silentMs = monoMs - last.monoMs;
    if (silentMs <= SILENT_MS) return undefined;
    return causeText('gatewaySilent', { seconds: Math.round(silentMs / 1_000) });
  }

  /** True for a while after a counter has grown. */
  #growth(what: string, total: number, monoMs: number, holdMs: number): true | undefined {
    const before = this.#grown.get(what);
    if (total > (before?.total ?? 0)) {
      this.#grown.set(what, { total, monoMs });
      return true;
    }
    return before && monoMs - before.monoMs < holdMs ? true : undefined;
  }
}

function skewOf({ state, heardAt, retained, last }: GatewayStatus): string | undefined {
  if (state !== 'online' || retained || heardAt === null || last === null) return undefined;
  const skewMs = last.publishedAt - heardAt;
  if (Math.abs(skewMs) <= SKEW_MS) return undefined;
  const seconds = Math.round(Math.abs(skewMs) / 1_000);
  return causeText(skewMs > 0 ? 'clockAhead' : 'clockBehind', { seconds });
}

function behindOf({ position, target, rebuilding, failed }: HistoryStatus): string | undefined {
  if (failed !== undefined) return failed;
  const behind = target - position;
  if (behind <= BEHIND_RECORDS) return undefined;
  return causeText(rebuilding ? 'viewRebuilding' : 'viewBehind', { count: behind });
}
