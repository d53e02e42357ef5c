import * as z from 'zod';
import { deadlines } from '#contract/deadlines.ts';
import { GatewayId } from '#contract/ids.ts';
import { brokerTlsSettings } from '#runtime/broker-tls.ts';

/** When this version was made: a clock that says less is wrong. */
const BUILT_AT = '2026-11-01T00:00:00Z';

export const GatewayConfig = z.object({
  siteFolder: z.string().min(1).describe('folder of the site: site.geojson'),
  gateway: GatewayId.describe("this gateway's id in the site, and its name at the broker"),
  linesFolder: z
    .string()
    .min(1)
    .default('data/lines')
    .describe('where the simulator publishes the lines that the site calls simulated'),
  dataFolder: z.string().min(1).default('data/gateway').describe('where the journal is kept'),
  brokerUrl: z
    .url({ protocol: /^mqtts?$/ })
    .default('mqtt://127.0.0.1:1883')
    .describe('the broker, mqtt:// or mqtts://'),
  secretFile: z
    .string()
    .min(1)
    .describe("file with this gateway's secret at the broker, readable by it alone"),
  ...brokerTlsSettings,
  confirmMs: z
    .int()
    .min(0)
    .max(60_000)
    .default(deadlines.confirmMs)
    .describe('how long a change must last before it is believed, in milliseconds'),
  journalMaxBytes: z
    .int()
    .min(1_048_576)
    .default(1_073_741_824)
    .describe('the journal is kept below this many bytes; the oldest events go first, as a loss'),
  keepSettledMs: z
    .int()
    .min(0)
    .default(86_400_000)
    .describe('how long settled records are kept for an api that lost its disk, in milliseconds'),
  recordFolder: z
    .string()
    .default('')
    .describe('folder for traces of what the detector is fed, to be replayed; empty: none'),
  recordMaxBytes: z
    .int()
    .min(1_048_576)
    .default(1_073_741_824)
    .describe('all traces together are kept below this many bytes; the oldest go first'),
  softwareBuiltAt: z.iso
    .datetime({ offset: true })
    .default(BUILT_AT)
    .describe('a wall clock before this instant is not believed: events wait'),
  logLevel: z
    .enum(['debug', 'info', 'warn', 'error', 'fatal', 'silent'])
    .default('info')
    .describe('least level that is logged'),
});
export type GatewayConfig = z.infer<typeof GatewayConfig>;
