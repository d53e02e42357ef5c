import * as z from 'zod';

/** Lower-case words joined by single hyphens: safe in a topic, a URL, a file name and an MQTT client id. */
const slug = /^[a-z0-9]+(-[a-z0-9]+)*$/;

const slugId = (what: string) =>
  z
    .string()
    .min(1)
    .max(40)
    .regex(
      slug,
      `${what}: expected lower-case letters, digits and single hyphens, e.g. "nambu-a-014"`,
    );

export const SiteId = slugId('site id').brand<'SiteId'>();
export type SiteId = z.infer<typeof SiteId>;

export const MarketId = slugId('market id').brand<'MarketId'>();
export type MarketId = z.infer<typeof MarketId>;

export const LotId = slugId('lot id').brand<'LotId'>();
export type LotId = z.infer<typeof LotId>;

export const EntranceId = slugId('entrance id').brand<'EntranceId'>();
export type EntranceId = z.infer<typeof EntranceId>;

/** One id for one marked bay, everywhere: site file, topics, log, view, page. */
export const BayId = slugId('bay id').brand<'BayId'>();
export type BayId = z.infer<typeof BayId>;

export const SignId = slugId('sign id').brand<'SignId'>();
export type SignId = z.infer<typeof SignId>;

export const GatewayId = slugId('gateway id').brand<'GatewayId'>();
export type GatewayId = z.infer<typeof GatewayId>;

/** A serial line, unique within its gateway. */
export const LineId = slugId('line id').brand<'LineId'>();
export type LineId = z.infer<typeof LineId>;

/** A device that watches one bay; a bay outlives its sensors. */
export const SensorId = slugId('sensor id').brand<'SensorId'>();
export type SensorId = z.infer<typeof SensorId>;

const hex128 = /^[0-9a-f]{32}$/;

/** One run of a gateway: 128 random bits, made at every start. */
export const JournalId = z
  .string()
  .regex(hex128, 'journal id: expected 32 hexadecimal digits')
  .brand<'JournalId'>();
export type JournalId = z.infer<typeof JournalId>;

/** One event log; a new id means that the log does not continue the one known before. */
export const LogId = z
  .string()
  .regex(hex128, 'log id: expected 32 hexadecimal digits')
  .brand<'LogId'>();
export type LogId = z.infer<typeof LogId>;
