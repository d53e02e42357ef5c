import type * as z from 'zod';
import { GatewayId, LineId, LotId, SignId, SiteId } from '#contract/ids.ts';
import { matchTopic, topics } from '#contract/topics.ts';
import type { MatchedTopic, Role, TopicKeys } from '#contract/topics.ts';

/** Who is connected. More than one role only where the broker is anonymous, for development. */
export interface Holder {
  readonly id: string;
  readonly roles: readonly Role[];
  readonly site: string;
}

export const ACCESS_REFUSALS = [
  'no_such_topic',
  'other_site',
  'other_client',
  'not_its_role',
  'wildcard',
  'retain',
  'qos',
] as const;
export type AccessRefusal = (typeof ACCESS_REFUSALS)[number];

/** What a holder may do at one topic. */
export interface PublishRight {
  readonly publish: boolean;
  readonly retain: boolean;
  /** Remove what is retained there, by an empty retained message. */
  readonly clear: boolean;
}

export interface PublishAttempt {
  readonly qos: number;
  readonly retain: boolean;
  readonly empty: boolean;
}

const keyIds: { readonly [Key in keyof TopicKeys]: z.ZodType } = {
  site: SiteId,
  gateway: GatewayId,
  line: LineId,
  lot: LotId,
  sign: SignId,
};

/** The rights of the topic table alone; the same for every message on this topic. */
export function publishRightOf(holder: Holder, path: string): PublishRight | AccessRefusal {
  const matched = matchTopic(path);
  if (matched === undefined || !hasIds(matched, () => false)) return 'no_such_topic';
  if (matched.keys['site'] !== holder.site) return 'other_site';
  const { publishers, retain } = topics[matched.name];
  const mine = holder.roles.filter((role) => isOwn(role, holder.id, matched));
  if (mine.some((role) => publishers.some((publisher) => publisher === role))) {
    return { publish: true, retain, clear: retain };
  }
  // The api sweeps up behind devices that are gone; nobody else touches another's topics.
  if (retain && holder.roles.includes('api')) return { publish: false, retain, clear: true };
  return holder.roles.some((role) => publishers.some((publisher) => publisher === role))
    ? 'other_client'
    : 'not_its_role';
}

/** Why this message may not be published, by a right found before; undefined when it may. */
export function publishRefusalOf(
  right: PublishRight | AccessRefusal,
  { qos, retain, empty }: PublishAttempt,
): AccessRefusal | undefined {
  if (typeof right === 'string') return right;
  if (qos > 1) return 'qos';
  if (retain && empty) return right.clear ? undefined : 'retain';
  if (!right.publish) return 'not_its_role';
  return retain && !right.retain ? 'retain' : undefined;
}

/** Why this filter may not be subscribed to; undefined when it may. */
export function subscribeRefusalOf(
  holder: Holder,
  filter: string,
  qos: number,
): AccessRefusal | undefined {
  if (qos > 1) return 'qos';
  const matched = matchTopic(filter);
  if (matched === undefined) return /[#+]/.test(filter) ? 'wildcard' : 'no_such_topic';
  if (matched.keys['site'] === '+') return 'wildcard';
  if (matched.keys['site'] !== holder.site) return 'other_site';
  const { subscribers } = topics[matched.name];
  const mine = holder.roles.filter((role) => subscribers.some((subscriber) => subscriber === role));
  if (mine.length === 0) return 'not_its_role';
  const refusals = mine.map((role) => keysRefusal(role, holder.id, matched));
  return refusals.includes(undefined) ? undefined : refusals[0];
}

function keysRefusal(role: Role, id: string, matched: MatchedTopic): AccessRefusal | undefined {
  if (!isOwn(role, id, matched)) return 'other_client';
  // A device has one place in the tree; only who reads the whole site may ask for all of a kind.
  const readsAll = role === 'api' || role === 'reader';
  if (!hasIds(matched, (level) => readsAll && level === '+')) {
    const levels = Object.values(matched.keys);
    return levels.includes('+') || levels.includes('#') ? 'wildcard' : 'no_such_topic';
  }
  return undefined;
}

/** The key named like the role is the client's own id; a topic without such a key is everybody's. */
function isOwn(role: Role, id: string, { keys }: MatchedTopic): boolean {
  const bound = keys[role];
  return bound === undefined || bound === id;
}

function hasIds({ keys }: MatchedTopic, mayBe: (level: string) => boolean): boolean {
  return Object.entries(keys).every(
    ([key, level]) => mayBe(level) || keyIds[key as keyof TopicKeys].safeParse(level).success,
  );
}
