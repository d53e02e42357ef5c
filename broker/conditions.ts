import { causeText } from '#contract/alarm-causes.ts';
import type { Condition } from '#runtime/alarm-board.ts';
import { certificateEndConditions } from '#runtime/certificate-end.ts';
import { DOOR_REFUSALS } from './doors.ts';
import type { BrokerRefusal } from './gate.ts';
import { LOGIN_REFUSALS } from './logins.ts';
import { GUARD_REFUSALS } from './packet-guard.ts';

/** What one look sees; totals since the start. */
export interface BrokerSeen {
  readonly monoMs: number;
  /** Epoch milliseconds. */
  readonly wallMs: number;
  readonly refused: Readonly<Record<BrokerRefusal, number>>;
  readonly throttled: ReadonlyMap<string, number>;
  readonly cloned: readonly string[];
  readonly publishPerS: number;
  /** Its file and its end, epoch milliseconds; undefined: no TLS. */
  readonly certificate: { readonly file: string; readonly expiresAt: number } | undefined;
}

const WITHIN_MS = 60_000;
/** A port that is open to the internet is knocked at now and then; that is no alarm. */
const MOST_REFUSED = 20;

/** Turned away at the door; what a client that is in may not do is another matter. */
const AT_THE_DOOR: readonly BrokerRefusal[] = [
  ...DOOR_REFUSALS,
  ...GUARD_REFUSALS,
  ...LOGIN_REFUSALS,
  'no_connect',
  'tls_handshake',
  'certificate_name',
  'keepalive',
  'bad_id',
  'id_not_user_name',
  'persistent_session',
  'shut_out',
];

/** The conditions of the broker itself that hold now; remembers a minute of totals. */
export class BrokerConditions {
  readonly #grown = new Map<string, { atMs: number; total: number }[]>();

  conditionsOf(seen: BrokerSeen): Condition[] {
    return [
      ...this.#refused(seen),
      ...this.#throttled(seen),
      ...seen.cloned.map((client) => ({
        alarm: 'client_cloned' as const,
        subject: client,
        cause: causeText('clientCloned', {}),
      })),
      ...certificateOf(seen),
    ];
  }

  #refused({ refused, monoMs }: BrokerSeen): Condition[] {
    const grown = AT_THE_DOOR.map((reason) => {
      const count = this.#growth(`refused ${reason}`, refused[reason], monoMs);
      return { reason, count };
    });
    const sum = grown.reduce((all, { count }) => all + count, 0);
    if (sum <= MOST_REFUSED) return [];
    const most = grown.reduce((a, b) => (b.count > a.count ? b : a));
    const { reason } = most;
    const cause = causeText('connectionsRefused', { count: sum, most: most.count, reason });
    return [{ alarm: 'connections_refused', subject: '', cause }];
  }

  #throttled({ throttled, publishPerS, monoMs }: BrokerSeen): Condition[] {
    return [...throttled].flatMap(([client, total]): Condition[] => {
      const count = this.#growth(`throttled ${client}`, total, monoMs);
      if (count === 0) return [];
      const cause = causeText('clientThrottled', { count, limit: publishPerS });
      return [{ alarm: 'client_throttled', subject: client, cause }];
    });
  }

  /** By how much a total has grown within the last minute. */
  #growth(what: string, total: number, monoMs: number): number {
    const steps = this.#grown.get(what) ?? [{ atMs: monoMs, total: 0 }];
    if (steps.at(-1)?.total !== total) steps.push({ atMs: monoMs, total });
    // The last step before the window is its beginning.
    while (steps.length > 1 && monoMs - (steps[1]?.atMs ?? 0) >= WITHIN_MS) steps.shift();
    this.#grown.set(what, steps);
    return total - (steps[0]?.total ?? 0);
  }
}

function certificateOf({ certificate, wallMs }: BrokerSeen): Condition[] {
  if (certificate === undefined) return [];
  const { file, expiresAt } = certificate;
  const holder = "the broker's certificate";
  return certificateEndConditions({ subject: file, holder, expiresAt }, wallMs);
}
