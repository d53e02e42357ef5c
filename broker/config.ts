import * as z from 'zod';
import { SiteId } from '#contract/ids.ts';

const host = z.string().min(1).max(255);
const port = z.int().min(0).max(65_535);

export const BrokerConfig = z.object({
  siteFolder: z.string().min(1).optional().describe('folder with site.geojson, for the id in it'),
  siteId: SiteId.optional().describe('id of the site whose topics are carried, without its folder'),
  mqttHost: host.default('127.0.0.1').describe('address to listen on for MQTT over TCP'),
  mqttPort: port.default(1883).describe('TCP port for MQTT; 0: any free one'),
  wsHost: host.default('127.0.0.1').describe('address to listen on for MQTT over WebSocket'),
  wsPort: port.optional().describe('TCP port for MQTT over WebSocket (path /mqtt); absent: none'),
  credentialsFile: z
    .string()
    .min(1)
    .optional()
    .describe('JSON file of clients with hashed secrets; watched while running'),
  anonymous: z
    .boolean()
    .default(false)
    .describe('let anybody in as anything; only on loopback addresses, only for development'),
  maxPacketBytes: z
    .int()
    .min(1_024)
    .max(1_048_576)
    .default(65_536)
    .describe('largest MQTT packet of a known client, bytes'),
  maxConnectBytes: z
    .int()
    .min(256)
    .max(65_536)
    .default(4_096)
    .describe('largest MQTT packet before the client is known, bytes'),
  connectTimeoutMs: z
    .int()
    .min(100)
    .max(60_000)
    .default(5_000)
    .describe('time for a new connection to send its CONNECT, milliseconds'),
  keepaliveLimitS: z
    .int()
    .min(5)
    .max(3_600)
    .default(120)
    .describe('longest keepalive that a client may ask for, seconds'),
  maxConnections: z.int().min(1).max(20_000).default(2_000).describe('connections in total'),
  maxConnectionsPerAddress: z
    .int()
    .min(1)
    .max(20_000)
    .default(256)
    .describe('connections of one address that are not let in yet'),
  publishPerS: z
    .int()
    .min(1)
    .max(100_000)
    .default(200)
    .describe('messages a second of one client in the long run; the api is not limited'),
  maxRetainedTopics: z
    .int()
    .min(1)
    .max(100_000)
    .default(256)
    .describe('retained topics that one client may own; the api: 10,000'),
  logLevel: z
    .enum(['debug', 'info', 'warn', 'error', 'fatal', 'silent'])
    .default('info')
    .describe('least severe log line to write'),
});
export type BrokerConfig = z.infer<typeof BrokerConfig>;

/** What no single field can say; empty when all is well. */
export function configProblems(config: BrokerConfig): string[] {
  const problems: string[] = [];
  if ((config.siteFolder === undefined) === (config.siteId === undefined)) {
    problems.push('siteFolder: expected either this or siteId');
  }
  if (!config.anonymous && config.credentialsFile === undefined) {
    problems.push('credentialsFile: expected a file, unless anonymous is true');
  }
  const hosts = {
    mqttHost: config.mqttHost,
    ...(config.wsPort !== undefined && { wsHost: config.wsHost }),
  };
  for (const [key, name] of Object.entries(hosts)) {
    if (config.anonymous && !isLoopback(name)) {
      problems.push(`${key}: expected a loopback address while anonymous is true; got "${name}"`);
    }
  }
  if (config.maxConnectBytes > config.maxPacketBytes) {
    problems.push('maxConnectBytes: expected no more than maxPacketBytes');
  }
  return problems;
}

function isLoopback(name: string): boolean {
  return name === 'localhost' || name === '::1' || /^127(\.\d{1,3}){3}$/.test(name);
}
