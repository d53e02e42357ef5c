import * as z from 'zod';
import { QUIET_HOURS } from './alarms/quiet-hours.ts';
import { brokerTlsSettings } from '#runtime/broker-tls.ts';
import { divisionOf } from './ingest/division.ts';
import { proxyListOf } from './http/trusted-proxies.ts';

const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

/** What an api process must be told. */
export const ApiConfig = z.object({
  siteFolder: z.string().min(1).describe('folder with site.geojson'),
  dataFolder: z
    .string()
    .min(1)
    .default('data/api')
    .describe('folder of the event log and of the view; only this process writes in it'),
  httpHost: z.string().min(1).default('127.0.0.1').describe('address to listen on'),
  httpPort: z.int().min(0).max(65_535).default(8080).describe('port to listen on; 0: any free one'),
  brokerUrl: z
    .string()
    .regex(/^(mqtts?|wss?):\/\//, 'expected an MQTT address, e.g. "mqtt://127.0.0.1:1883"')
    .default('mqtt://127.0.0.1:1883')
    .describe('the MQTT broker'),
  id: z
    .string()
    .regex(/^[a-z0-9-]{3,40}$/, 'expected 3 to 40 lower-case letters, digits and hyphens')
    .default('api')
    .describe('client id and user name at the broker'),
  role: z
    .enum(['primary', 'secondary'])
    .default('primary')
    .describe('of apis beside each other: one is primary, and has users, overrides and signs'),
  division: z
    .string()
    .refine((shares) => divisionOf(shares) !== undefined, {
      message: 'expected apis with their lots, e.g. "api-2: lot-3, lot-4; api-3: lot-5"',
    })
    .default('')
    .describe(
      'whose gateways each secondary takes in; the rest: the primary; the same in each api',
    ),
  secretFile: z.string().min(1).describe("file with this process's secret for the broker"),
  ...brokerTlsSettings,
  webFolder: z.string().min(1).default('web/dist').describe('the built page'),
  historyEngine: z
    .enum(['duckdb', 'memory'])
    .default('duckdb')
    .describe('engine of the view; memory: made again from the log at every start'),
  historyUrl: z
    .string()
    .default('')
    .describe('InfluxDB for the view instead, http://HOST:8086/DATABASE; empty: historyEngine'),
  historyTokenFile: z
    .string()
    .default('')
    .describe('file with the token for historyUrl (1.x: user:password); empty: it wants none'),
  keepStaysDays: z
    .int()
    .min(30)
    .max(36_500)
    .default(400)
    .describe('days for which single stays are kept after they ended; lots’ sums stay'),
  operatorTokenFile: z
    .string()
    .default('')
    .describe('file with the operator token, made when missing; empty: in the data folder'),
  publicUrl: z
    .url({ protocol: /^https?$/ })
    .optional()
    .describe('address under which the public sees this api, for its documents'),
  watchCertificates: z
    .string()
    .default('')
    .describe('certificates (PEM files, divided by commas) whose end raises an alarm in time'),
  alarmWebhookUrl: z
    .string()
    .regex(/^(https?:\/\/\S+)?$/, 'expected an address that begins with https:// or http://')
    .default('')
    .describe('where alarms are sent as signed webhooks; empty: nowhere'),
  alarmWebhookSecretFile: z
    .string()
    .default('')
    .describe('file with the key that signs them, at least 24 bytes'),
  alarmQuietHours: z
    .string()
    .refine((span) => span === '' || QUIET_HOURS.test(span), {
      message: 'expected two times of day, e.g. "22:00-06:30"',
    })
    .default('')
    .describe("by the site's clock: then only critical alarms are sent; empty: never quiet"),
  trustedProxies: z
    .string()
    .refine((list) => proxyListOf(list) !== undefined, {
      message: 'expected addresses or ranges, e.g. "127.0.0.1, 10.0.0.0/8"',
    })
    .default('')
    .describe('reverse proxies whose word on addresses and TLS is believed, with commas between'),
  proxyHeader: z
    .enum(['x-forwarded-for', 'forwarded'])
    .default('x-forwarded-for')
    .describe('the one header in which trusted proxies name the address; the other is ignored'),
  securityContact: z
    .string()
    .regex(/^((mailto:|tel:|https:\/\/)\S+)?$/, 'expected mailto:, tel: or https://')
    .default('')
    .describe('whom to tell of a weakness, for /.well-known/security.txt; empty: no such file'),
  coalesceMs: z
    .int()
    .min(10)
    .max(5_000)
    .default(200)
    .describe('milliseconds between two frames of a live channel at least'),
  maxLiveClients: z
    .int()
    .min(1)
    .max(100_000)
    .default(10_000)
    .describe('live clients at a time; one more is answered 503 and polls'),
  requestsPerSecond: z
    .int()
    .min(1)
    .max(100_000)
    .default(20)
    .describe('cached answers a second that one connection may have, ten times that at once'),
  crowdFrom: z
    .int()
    .min(1)
    .max(100_000)
    .default(2_000)
    .describe('live clients from which on one address has no more than its share'),
  maxLiveClientsPerAddress: z
    .int()
    .min(1)
    .max(100_000)
    .default(500)
    .describe('live clients of one address in a crowd; one more is answered 503 and polls'),
  logLevel: z.enum(LOG_LEVELS).default('info').describe('least level that is logged'),
});
export type ApiConfig = z.infer<typeof ApiConfig>;
