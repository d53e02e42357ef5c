import * as z from 'zod';
import { SiteId } from '#contract/ids.ts';

const host = z.string().min(1).max(255);
const port = z.int().min(0).max(65_535);
const file = z.string().min(1).optional();

export const BrokerConfig = z.object({
  siteFolder: z.string().min(1).optional().describe('folder with site.geojson, for the id in it'),
  siteId: SiteId.optional().describe('id of the site whose topics are carried, without its folder'),
  mqttHost: host.default('127.0.0.1').describe('address to listen on for MQTT over TCP'),
  mqttPort: port.default(1883).describe('TCP port for MQTT; 0: any free one'),
  wsHost: host.default('127.0.0.1').describe('address to listen on for MQTT over WebSocket'),
  wsPort: port.optional().describe('TCP port for MQTT over WebSocket (path /mqtt); absent: none'),
  mqttsHost: host.default('0.0.0.0').describe('address to listen on for MQTT over TLS'),
  mqttsPort: port
    .default(8_883)
    .describe(
      'TCP port for MQTT over TLS, open once certFile and keyFile are set; 0: any free one',
    ),
  certFile: file.describe('PEM certificate of the broker, with its chain; watched while running'),
  keyFile: file.describe('PEM private key of the certificate, readable by the broker alone'),
  clientCaFile: file.describe(
    'PEM of the CA that clients over TLS need a certificate of, named like the client; absent: none',
  ),
  metricsHost: host.default('127.0.0.1').describe('address to listen on for GET /metrics'),
  metricsPort: port
    .optional()
    .describe('TCP port for GET /metrics, which asks for no login; absent: none; 0: any free one'),
  credentialsFile: file.describe('JSON file of clients with hashed secrets; watched while running'),
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
  const hasTls = config.certFile !== undefined && config.keyFile !== undefined;
  if (!hasTls) {
    const others = ['certFile', 'keyFile', 'clientCaFile'] as const;
    if (others.some((key) => config[key] !== undefined)) {
      problems.push('certFile: expected with keyFile, both or neither');
    }
  }
  const hosts = {
    mqttHost: config.mqttHost,
    ...(hasTls && { mqttsHost: config.mqttsHost }),
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
