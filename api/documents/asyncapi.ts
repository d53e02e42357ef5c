import * as z from 'zod';
import { deadlines } from '#contract/deadlines.ts';
import { LiveBeat, LiveDelta, LiveSnapshot, WatchMessage } from '#contract/live.ts';
import { topics } from '#contract/topics.ts';
import type { TopicName } from '#contract/topics.ts';
import { LIVE_PATH } from '../http/live-path.ts';
import { VERSION } from '../version.ts';
import { withPortablePatterns } from './portable-patterns.ts';

const liveMessages = {
  snapshot: {
    payload: LiveSnapshot,
    about: 'A channel as it is: the first frame, or after a gap.',
  },
  delta: {
    payload: LiveDelta,
    about: 'What changed since the frame before; numbers have no gaps.',
  },
  beat: {
    payload: LiveBeat,
    about: `Every ${deadlines.beatEveryMs} ms: the server's clock and the age of each lot's count.`,
  },
  watch: { payload: WatchMessage, about: 'The whole set of channels wanted from now on.' },
} as const;

/** MQTT topics and the live channel as an AsyncAPI 3.0 document, made from the contract's tables. */
export function asyncApiDocumentOf(publicUrl: string | undefined): Record<string, unknown> {
  const at = new URL(publicUrl ?? 'http://localhost:8080');
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Binjari',
      version: VERSION,
      description:
        'What travels between gateways, broker and api (MQTT 3.1.1), and from the api to pages and signs (WebSocket). Instants are epoch milliseconds.',
      license: { name: 'Apache-2.0' },
    },
    defaultContentType: 'application/json',
    servers: {
      broker: {
        host: '{host}',
        protocol: 'mqtt',
        protocolVersion: '3.1.1',
        description: "The site's own broker: gateways and signs, each with its secret.",
        variables: { host: { default: 'localhost:1883', description: 'host and port' } },
      },
      live: {
        host: at.host,
        protocol: at.protocol === 'https:' ? 'wss' : 'ws',
        description: 'Open to everybody.',
      },
    },
    channels: {
      ...Object.fromEntries(topicNames.map((name) => [name, topicChannelOf(name)])),
      live: {
        address: LIVE_PATH,
        title: 'Live states',
        description:
          'A client sends `watch`; each channel answers with a snapshot, or with the deltas after the number that the client knows of the same stream. A beat follows at least every few seconds. Bays marked for residents are counted in their lot and never shown singly. A channel that the site does not have is not answered: a page that holds an older site learns the new revision from the beat.',
        servers: [{ $ref: '#/servers/live' }],
        messages: Object.fromEntries(
          Object.entries(liveMessages).map(([name, { payload, about }]) => [
            name,
            messageOf(name, payload, about),
          ]),
        ),
      },
    },
    operations: {
      ...Object.fromEntries(topicNames.flatMap(topicOperationsOf)),
      tellLive: liveOperation('send', ['snapshot', 'delta', 'beat']),
      hearLive: liveOperation('receive', ['watch']),
    },
  };
}

const topicNames = Object.keys(topics) as TopicName[];

function topicChannelOf(name: TopicName): object {
  const { path, keys, about, payload, qos, retain, publishers, subscribers } = topics[name];
  const who = `From ${publishers.join(', ')} to ${subscribers.join(', ')}.`;
  return {
    address: path,
    title: name,
    description: `${about} ${who} QoS ${qos}${retain ? ', retained' : ''}.`,
    servers: [{ $ref: '#/servers/broker' }],
    parameters: Object.fromEntries(keys.map((key) => [key, { description: `id of the ${key}` }])),
    messages: { [name]: messageOf(name, payload, about, encodingOf(name)) },
    bindings: { mqtt: {} },
  };
}

/** From the api's side, as the document is the api's. */
function topicOperationsOf(name: TopicName): [string, object][] {
  const { publishers, about, qos, retain } = topics[name];
  const action = publishers.includes('api') ? 'send' : 'receive';
  const operation = {
    action,
    summary: about,
    channel: { $ref: `#/channels/${name}` },
    messages: [{ $ref: `#/channels/${name}/messages/${name}` }],
    bindings: { mqtt: { qos, retain, bindingVersion: '0.2.0' } },
  };
  return [[`${action}${name.charAt(0).toUpperCase()}${name.slice(1)}`, operation]];
}

function liveOperation(action: 'send' | 'receive', names: readonly string[]): object {
  return {
    action,
    channel: { $ref: '#/channels/live' },
    messages: names.map((name) => ({ $ref: `#/channels/live/messages/${name}` })),
  };
}

const encodingOf = (name: TopicName): 'text' | undefined =>
  'encoding' in topics[name] ? 'text' : undefined;

function messageOf(name: string, payload: z.ZodType, about: string, encoding?: 'text'): object {
  const { $schema: _, ...schema } = z.toJSONSchema(payload, { io: 'input', target: 'draft-7' });
  return {
    name,
    title: name,
    summary: about,
    ...(encoding && { contentType: 'text/plain; charset=utf-8' }),
    payload: withPortablePatterns(schema),
  };
}
