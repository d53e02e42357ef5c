import type * as z from 'zod';
import { HealthMessage } from './health.ts';
import type { GatewayId, LineId, LotId, SignId, SiteId } from './ids.ts';
import { GatewaySiteMessage } from './gateway-site.ts';
import {
  AckMessage,
  CommandMessage,
  EventsMessage,
  LotMessage,
  ObservedMessage,
  SnapshotMessage,
  StatusMessage,
} from './messages.ts';
import { OverlaysMessage } from './site-overlay.ts';
import { GatewaySignsMessage, SignMessage, SignShownMessage, SignText } from './sign-message.ts';

/**
 * Who a broker client is. `api`: an api process; `gateway` and `sign`: one device, known by its
 * own id; `reader`: another system that reads lots.
 */
export const ROLES = ['api', 'gateway', 'sign', 'reader'] as const;
export type Role = (typeof ROLES)[number];

/** The placeholders of a path. A client of the role named like its key may use only its own id. */
export interface TopicKeys {
  readonly site: SiteId;
  readonly gateway: GatewayId;
  readonly line: LineId;
  readonly lot: LotId;
  readonly sign: SignId;
}

export interface Topic<Key extends keyof TopicKeys, Payload extends z.ZodType> {
  readonly path: string;
  readonly keys: readonly Key[];
  readonly payload: Payload;
  /** JSON unless it is plain text, UTF-8. */
  readonly encoding?: 'text';
  readonly qos: 0 | 1;
  readonly retain: boolean;
  readonly publishers: readonly Role[];
  readonly subscribers: readonly Role[];
  /** One line for the documentation. */
  readonly about: string;
}

const topic = <const Key extends keyof TopicKeys, Payload extends z.ZodType>(
  definition: Topic<Key, Payload>,
) => definition;

/** Every topic there is. Publisher, subscriber, access rules and documentation all read this table. */
export const topics = {
  events: topic({
    path: 'binjari/v1/{site}/gateway/{gateway}/events',
    keys: ['site', 'gateway'],
    payload: EventsMessage,
    qos: 1,
    retain: false,
    publishers: ['gateway'],
    subscribers: ['api'],
    about: 'Journal records in seq order, sent again until they are settled.',
  }),
  snapshot: topic({
    path: 'binjari/v1/{site}/gateway/{gateway}/snapshot/{line}',
    keys: ['site', 'gateway', 'line'],
    payload: SnapshotMessage,
    qos: 1,
    retain: true,
    publishers: ['gateway'],
    subscribers: ['api'],
    about: 'What the gateway believes of one line, first after every connect.',
  }),
  observed: topic({
    path: 'binjari/v1/{site}/gateway/{gateway}/observed',
    keys: ['site', 'gateway'],
    payload: ObservedMessage,
    qos: 0,
    retain: false,
    publishers: ['gateway'],
    subscribers: ['api'],
    about: 'Every 5 s, how long ago each bay was last observed.',
  }),
  status: topic({
    path: 'binjari/v1/{site}/gateway/{gateway}/status',
    keys: ['site', 'gateway'],
    payload: StatusMessage,
    qos: 1,
    retain: true,
    publishers: ['gateway'],
    subscribers: ['api'],
    about: "The gateway's lines and counters; offline by last will.",
  }),
  health: topic({
    path: 'binjari/v1/{site}/gateway/{gateway}/health/{line}',
    keys: ['site', 'gateway', 'line'],
    payload: HealthMessage,
    qos: 1,
    retain: true,
    publishers: ['gateway'],
    subscribers: ['api'],
    about: 'How far each sensor of one line may be trusted, and why; on change and every minute.',
  }),
  ack: topic({
    path: 'binjari/v1/{site}/gateway/{gateway}/ack',
    keys: ['site', 'gateway'],
    payload: AckMessage,
    qos: 0,
    retain: false,
    publishers: ['api'],
    subscribers: ['gateway'],
    about: 'What is settled: committed, dead-lettered or declared lost.',
  }),
  command: topic({
    path: 'binjari/v1/{site}/gateway/{gateway}/command',
    keys: ['site', 'gateway'],
    payload: CommandMessage,
    qos: 1,
    retain: false,
    publishers: ['api'],
    subscribers: ['gateway'],
    about: "An api that does not take the gateway's records in asks for its snapshots.",
  }),
  site: topic({
    path: 'binjari/v1/{site}/gateway/{gateway}/site',
    keys: ['site', 'gateway'],
    payload: GatewaySiteMessage,
    qos: 1,
    retain: true,
    publishers: ['api'],
    subscribers: ['gateway'],
    about: "The gateway's part of the site's version that holds now: its lines and sensors.",
  }),
  overlays: topic({
    path: 'binjari/v1/{site}/overlays',
    keys: ['site'],
    payload: OverlaysMessage,
    qos: 1,
    retain: true,
    publishers: ['api'],
    subscribers: ['api'],
    about: 'Among apis beside each other: what operators laid over the site, told by the primary.',
  }),
  lot: topic({
    path: 'binjari/v1/{site}/lot/{lot}',
    keys: ['site', 'lot'],
    payload: LotMessage,
    qos: 1,
    retain: true,
    publishers: ['api'],
    subscribers: ['reader'],
    about: "A lot's present counts, repeated within their validity.",
  }),
  sign: topic({
    path: 'binjari/v1/{site}/sign/{sign}',
    keys: ['site', 'sign'],
    payload: SignMessage,
    qos: 1,
    retain: true,
    publishers: ['api'],
    subscribers: ['sign', 'gateway'],
    about: 'What a sign shows; a number only from a message that was not retained.',
  }),
  signText: topic({
    path: 'binjari/v1/{site}/sign/{sign}/text',
    keys: ['site', 'sign'],
    payload: SignText,
    encoding: 'text',
    qos: 1,
    retain: true,
    publishers: ['api'],
    subscribers: ['sign'],
    about:
      'The same as rows of at most 16 characters. Retained is the layout with "P" alone; what follows is not retained, and must be blanked by the controller when nothing came for 60 s.',
  }),
  signShown: topic({
    path: 'binjari/v1/{site}/sign/{sign}/shown',
    keys: ['site', 'sign'],
    payload: SignShownMessage,
    qos: 0,
    retain: false,
    publishers: ['sign'],
    subscribers: ['api'],
    about: 'What a sign really shows, every few seconds.',
  }),
  gatewaySigns: topic({
    path: 'binjari/v1/{site}/gateway/{gateway}/signs',
    keys: ['site', 'gateway'],
    payload: GatewaySignsMessage,
    qos: 0,
    retain: false,
    publishers: ['gateway'],
    subscribers: ['api'],
    about: 'What was written to the signs on its lines, and whether they answer.',
  }),
} as const;

export type TopicName = keyof typeof topics;
export type PayloadOf<Name extends TopicName> = z.infer<(typeof topics)[Name]['payload']>;
export type KeysOf<Name extends TopicName> = Pick<TopicKeys, (typeof topics)[Name]['keys'][number]>;

/** The topic's path with its placeholders filled. */
export function topicPath<Name extends TopicName>(name: Name, keys: KeysOf<Name>): string {
  return fill(name, keys);
}

/** A subscription filter: a key that is left out becomes `+`. */
export function topicFilter<Name extends TopicName>(
  name: Name,
  keys: Partial<KeysOf<Name>>,
): string {
  return fill(name, keys);
}

function fill(name: TopicName, keys: Partial<TopicKeys>): string {
  return topics[name].path.replaceAll(
    /\{(\w+)\}/g,
    (_, key: string) => keys[key as keyof TopicKeys] ?? '+',
  );
}

export type MatchedTopic = {
  [Name in TopicName]: { readonly name: Name; readonly keys: Readonly<Record<string, string>> };
}[TopicName];

const levelsOf = Object.fromEntries(
  Object.entries(topics).map(([name, { path }]) => [name, path.split('/')]),
);

/** Which topic of the table a path (or a filter, with `+` for a key) is; undefined when none. */
export function matchTopic(path: string): MatchedTopic | undefined {
  const levels = path.split('/');
  for (const name of Object.keys(topics) as TopicName[]) {
    const pattern = levelsOf[name] ?? [];
    if (pattern.length !== levels.length) continue;
    const keys: Record<string, string> = {};
    const matches = pattern.every((expected, at) => {
      const level = levels[at] ?? '';
      if (!expected.startsWith('{')) return level === expected;
      keys[expected.slice(1, -1)] = level;
      return level !== '';
    });
    if (matches) return { name, keys };
  }
  return undefined;
}
