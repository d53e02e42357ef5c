import type { SiteId } from '#contract/ids.ts';
import { ROLES } from '#contract/topics.ts';
import type { Clock } from '#runtime/clock.ts';
import { CLIENT_ID } from '#runtime/credentials.ts';
import type { ClientCredential } from '#runtime/credentials.ts';
import type { Log } from '#runtime/log.ts';
import { openRefusals } from '#runtime/refusals.ts';
import { ACCESS_REFUSALS, publishRefusalOf, publishRightOf, subscribeRefusalOf } from './access.ts';
import type { Holder, PublishAttempt } from './access.ts';
import type { BrokerConfig } from './config.ts';
import { DOOR_REFUSALS } from './doors.ts';
import type { Doors } from './doors.ts';
import { LOGIN_REFUSALS, Logins } from './logins.ts';
import { GUARD_REFUSALS } from './packet-guard.ts';
import { PublishPace } from './publish-pace.ts';
import { RetainedQuota } from './retained-quota.ts';
import { TwinWatch } from './twin-watch.ts';
import type { Visit } from './visit.ts';

export const BROKER_REFUSALS = [
  ...DOOR_REFUSALS,
  ...GUARD_REFUSALS,
  ...LOGIN_REFUSALS,
  ...ACCESS_REFUSALS,
  'no_connect',
  'tls_handshake',
  'certificate_name',
  'keepalive',
  'bad_id',
  'id_not_user_name',
  'persistent_session',
  'shut_out',
  'will',
  'retained_full',
  'too_fast',
  'too_many_filters',
  'revoked',
] as const;
export type BrokerRefusal = (typeof BROKER_REFUSALS)[number];

/** CONNACK return codes of MQTT 3.1.1, 3.2.2.3. */
const CONNACK = { badId: 2, unavailable: 3, badSecret: 4, notAuthorised: 5 } as const;
export type ConnackCode = (typeof CONNACK)[keyof typeof CONNACK];

export interface Turned {
  readonly reason: BrokerRefusal;
  readonly code: ConnackCode;
}

const MOST_RIGHTS_KEPT = 256;
const MOST_FILTERS = 256;
const MOST_RETAINED_OF_API = 10_000;

export type GateConfig = Pick<BrokerConfig, 'anonymous' | 'publishPerS' | 'maxRetainedTopics'> & {
  readonly site: SiteId;
};

/** Decides who comes in and what each may do; knows nothing of the broker behind it. */
export class Gate {
  readonly #config: GateConfig;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #logins: Logins;
  readonly #doors: Doors;
  readonly #twins: TwinWatch;
  readonly #retained = new RetainedQuota();
  readonly #inside = new Map<string, Visit>();
  /** As many entries as there are credentials at most. */
  readonly #throttledOf = new Map<string, number>();
  #takeovers = 0;
  readonly refusals;

  constructor(
    config: GateConfig,
    credentials: ReadonlyMap<string, ClientCredential>,
    doors: Doors,
    tools: { readonly clock: Clock; readonly log: Log },
  ) {
    this.#config = config;
    this.#doors = doors;
    this.#clock = tools.clock;
    this.#log = tools.log;
    this.#logins = new Logins(credentials, tools.clock);
    this.#twins = new TwinWatch(tools.clock);
    this.refusals = openRefusals('broker.client.refused', BROKER_REFUSALS, tools);
  }

  get clients(): number {
    return this.#inside.size;
  }

  /** Sessions that a newer one of the same id ended. */
  get takeovers(): number {
    return this.#takeovers;
  }

  get retained(): number {
    return this.#retained.size;
  }

  /** By client: messages that had to wait for its pace, or were one too many, since the start. */
  get throttled(): ReadonlyMap<string, number> {
    return this.#throttledOf;
  }

  /** Ids that two clients share; nobody comes in under them for now. */
  get cloned(): readonly string[] {
    return this.#twins.shutOut();
  }

  /** Undefined: come in. Everything that is turned away is counted here. */
  async admit(
    visit: Visit,
    userName: string | undefined,
    secret: Uint8Array | undefined,
  ): Promise<Turned | undefined> {
    const turned = await this.#judge(visit, userName, secret);
    if (turned) {
      const { source, asked } = visit;
      this.refusals.add(turned.reason, { source, client: asked?.clientId.slice(0, 40) });
    }
    return turned;
  }

  async #judge(
    visit: Visit,
    userName: string | undefined,
    secret: Uint8Array | undefined,
  ): Promise<Turned | undefined> {
    const { asked } = visit;
    if (asked === undefined || !CLIENT_ID.test(asked.clientId)) {
      return { reason: 'bad_id', code: CONNACK.badId };
    }
    const id = asked.clientId;
    if (visit.certified !== undefined && visit.certified !== id) {
      return { reason: 'certificate_name', code: CONNACK.notAuthorised };
    }
    // A session that outlives its connection would queue for the absent without a bound.
    if (!asked.clean) return { reason: 'persistent_session', code: CONNACK.notAuthorised };
    const holder = this.#config.anonymous
      ? { id, roles: ROLES, site: this.#config.site }
      : await this.#identify(id, userName, secret, visit.source);
    if ('reason' in holder) return holder;
    if (asked.will !== undefined) {
      const { path, ...attempt } = asked.will;
      const refusal = publishRefusalOf(publishRightOf(holder, path), attempt);
      if (refusal) return { reason: 'will', code: CONNACK.notAuthorised };
    }
    if (visit.gone) return { reason: 'no_connect', code: CONNACK.unavailable };
    return this.#letIn(visit, holder);
  }

  async #identify(
    id: string,
    userName: string | undefined,
    secret: Uint8Array | undefined,
    source: string,
  ): Promise<Holder | Turned> {
    if (userName !== id) return { reason: 'id_not_user_name', code: CONNACK.badId };
    const login = await this.#logins.login(id, secret ?? Buffer.alloc(0), source);
    if (login.kind === 'known') return { id, roles: [login.role], site: this.#config.site };
    const again = login.reason === 'busy' || login.reason === 'backing_off';
    return { reason: login.reason, code: again ? CONNACK.unavailable : CONNACK.badSecret };
  }

  #letIn(visit: Visit, holder: Holder): Turned | undefined {
    const { id } = holder;
    if (!this.#config.anonymous) {
      if (this.#twins.isShutOut(id)) return { reason: 'shut_out', code: CONNACK.unavailable };
      const other = this.#inside.get(id);
      if (other && !other.gone) {
        this.#takeovers += 1;
        // A bad line leaves dead sessions behind, but hardly at another address.
        const isElsewhere = other.source !== visit.source;
        if (isElsewhere && this.#twins.tookOver(id)) {
          other.end();
          const sources = [other.source, visit.source];
          this.#log.error({ client: id, sources }, 'broker.client.cloned');
          return { reason: 'shut_out', code: CONNACK.unavailable };
        }
      }
    }
    visit.holder = holder;
    if (!holder.roles.includes('api')) {
      visit.pace = new PublishPace(this.#config.publishPerS, this.#clock);
    }
    visit.guard.letIn();
    this.#doors.letIn(visit.door);
    this.#inside.set(id, visit);
    return undefined;
  }

  /** Calls exactly one of `go`, at once or in its turn, and `refuse`, unless the visit ends before. */
  publish(
    visit: Visit,
    path: string,
    attempt: PublishAttempt,
    go: () => void,
    refuse: (reason: BrokerRefusal) => void,
  ): void {
    const reason = this.#publishRefusal(visit, path, attempt);
    if (reason === undefined) {
      // A will is the last word of a visit that is gone: there is no pace to keep.
      if (visit.gone || visit.pace === undefined) return go();
      const turn = visit.pace.admit(go);
      if (turn !== 'now') this.#throttled(visit.holder?.id ?? '');
      if (turn !== 'never') return;
    }
    const refused = reason ?? 'too_fast';
    this.refusals.add(refused, { client: visit.holder?.id, topic: path.slice(0, 200) });
    refuse(refused);
  }

  #publishRefusal(
    { holder, rights }: Visit,
    path: string,
    attempt: PublishAttempt,
  ): BrokerRefusal | undefined {
    if (holder === undefined) return 'unknown_client';
    let right = rights.get(path);
    if (right === undefined) {
      right = publishRightOf(holder, path);
      if (rights.size >= MOST_RIGHTS_KEPT) rights.clear();
      rights.set(path, right);
    }
    const refusal = publishRefusalOf(right, attempt);
    if (refusal !== undefined || !attempt.retain) return refusal;
    if (attempt.empty) {
      this.#retained.cleared(path);
      return undefined;
    }
    const isApi = holder.roles.includes('api');
    const most = isApi ? MOST_RETAINED_OF_API : this.#config.maxRetainedTopics;
    return this.#retained.admit(holder.id, path, most) ? undefined : 'retained_full';
  }

  /** Whether this filter is granted; a refused one is answered with 0x80. */
  subscribe({ holder, filters }: Visit, filter: string, qos: number): boolean {
    const full = filters.size >= MOST_FILTERS && !filters.has(filter);
    const refusal =
      holder === undefined
        ? 'unknown_client'
        : (subscribeRefusalOf(holder, filter, qos) ?? (full ? 'too_many_filters' : undefined));
    if (refusal === undefined) {
      filters.add(filter);
      return true;
    }
    this.refusals.add(refusal, { client: holder?.id, filter: filter.slice(0, 200) });
    return false;
  }

  #throttled(id: string): void {
    this.#throttledOf.set(id, (this.#throttledOf.get(id) ?? 0) + 1);
  }

  left(visit: Visit): void {
    visit.gone = true;
    visit.pace?.close();
    this.#doors.leave(visit.door);
    const id = visit.holder?.id;
    if (id !== undefined && this.#inside.get(id) === visit) this.#inside.delete(id);
  }

  /** New credentials: who was removed or changed is cut off. */
  replaceCredentials(credentials: ReadonlyMap<string, ClientCredential>): void {
    const before = this.#logins.credentials;
    this.#logins.replace(credentials);
    for (const [id, { hash, role }] of before) {
      const now = credentials.get(id);
      if (now?.hash === hash && now.role === role) continue;
      this.#twins.forget(id);
      this.#throttledOf.delete(id);
      const visit = this.#inside.get(id);
      if (visit === undefined) continue;
      this.refusals.add('revoked', { client: id });
      visit.end();
    }
  }
}
