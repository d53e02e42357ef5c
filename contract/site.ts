import * as z from 'zod';
import { BayClass } from './bay.ts';
import { BayId, EntranceId, GatewayId, LineId, LotId, MarketId, SensorId, SiteId } from './ids.ts';
import { HAND_OFF_APPS } from './hand-off.ts';
import { date, DateRuleSchema, HoursSchema, minutes, TariffSchema } from './site-plan.ts';
import { ModbusSignProperties, SignProperties } from './site-sign.ts';
import { Language, LocalText, PositionQuality, shortText, text } from './site-words.ts';
import { FREE_RUNNING_KINDS, MODBUS_KINDS } from './sensor-kind.ts';

export { LocalText, PositionQuality, shortText };

/**
 * The site file: one GeoJSON FeatureCollection (RFC 7946, longitude first) that says everything of
 * a deployment that is not code: markets, lots, entrances, bays, signs, gateways with their lines
 * and sensors, and the backdrop of the map. Checks across features stand in site-check.ts.
 */

const Position = z.tuple(
  [
    z.number().min(-180).max(180),
    z
      .number()
      .min(-90, 'expected a latitude, −90 to 90: longitude comes first in GeoJSON')
      .max(90, 'expected a latitude, −90 to 90: longitude comes first in GeoJSON'),
  ],
  'expected [longitude, latitude]',
);
const Ring = z
  .array(Position)
  .min(4)
  .refine((ring) => {
    const [first, last] = [ring[0], ring.at(-1)];
    return first?.[0] === last?.[0] && first?.[1] === last?.[1];
  }, 'expected a closed ring: the last position is the first again');

const Point = z.strictObject({ type: z.literal('Point'), coordinates: Position });
const Polygon = z.strictObject({ type: z.literal('Polygon'), coordinates: z.array(Ring).min(1) });
const LineString = z.strictObject({
  type: z.literal('LineString'),
  coordinates: z.array(Position).min(2),
});
const Place = z.discriminatedUnion('type', [Point, Polygon]);
const Shape = z.discriminatedUnion('type', [Point, Polygon, LineString]);

/** `none`: address and price only; `partial`: some bays; `full`: every bay; `counter`: by a count. */
export const Instrumented = z.enum(['none', 'partial', 'full', 'counter']);
export type Instrumented = z.infer<typeof Instrumented>;

export const MarketProperties = z.strictObject({
  kind: z.literal('market'),
  id: MarketId,
  name: LocalText,
  positionQuality: PositionQuality,
  address: LocalText.optional(),
  phone: shortText.optional(),
  marketDays: z
    .array(z.int().min(0).max(9))
    .min(1)
    .max(9)
    .optional()
    .describe('held on dates that end in one of these: [2, 7] is a five-day market'),
  source: text.optional(),
});

export const LotProperties = z.strictObject({
  kind: z.literal('lot'),
  id: LotId,
  name: LocalText,
  lotKind: z.enum(['offStreet', 'onStreet']),
  positionQuality: PositionQuality,
  /** Marked bays as published, whether sensed or not. */
  capacity: z.int().positive(),
  capacityAsOf: shortText.optional(),
  instrumented: Instrumented,
  operator: LocalText.optional(),
  address: LocalText.optional(),
  phone: shortText.optional(),
  payment: LocalText.optional(),
  tariff: TariffSchema,
  /** When a car may be in the lot at all. */
  openHours: HoursSchema,
  /** When the tariff is charged. */
  chargedHours: HoursSchema,
  /** What holds outside the charged hours, where the source says so. */
  outsideHours: z.enum(['closed', 'openFree', 'unknown']),
  /** What holds on certain dates instead. */
  dates: z.array(DateRuleSchema).min(1).max(100).optional(),
  /** Measured walks to markets, before any estimate: a stream may lie between. */
  walks: z.array(z.strictObject({ market: MarketId, walkMinutes: minutes.max(120) })).optional(),
  heightLimitMm: z.int().positive().optional(),
  notice: LocalText.optional(),
  source: text.optional(),
});

export const EntranceProperties = z.strictObject({
  kind: z.literal('entrance'),
  id: EntranceId,
  lot: LotId,
  positionQuality: PositionQuality,
});

export const BayProperties = z.strictObject({
  kind: z.literal('bay'),
  id: BayId,
  lot: LotId,
  /** As painted, e.g. "A-014". */
  label: shortText,
  class: BayClass,
  zone: shortText.optional(),
  positionQuality: PositionQuality,
});

/** What speaks on a line: Modbus kinds share one, a free-running sensor has it for itself. */
export const SensorKind = z.enum([...MODBUS_KINDS, ...FREE_RUNNING_KINDS]);
export type SensorKind = z.infer<typeof SensorKind>;

export const SensorProperties = z.strictObject({
  id: SensorId,
  bay: BayId,
  kind: SensorKind,
  /** Modbus address, 1 to 247; a free-running sensor has none. */
  address: z.int().min(1).max(247).optional(),
  /** Sensor above the ground, in millimetres: the floor's distance until it is learned. */
  mountMm: z.int().min(300).max(10_000),
});
export type SensorProperties = z.infer<typeof SensorProperties>;

/** A name or an address, IPv4 or IPv6. */
const host = z
  .string()
  .max(253)
  .regex(/^[a-zA-Z0-9]([a-zA-Z0-9.:-]*[a-zA-Z0-9])?$|^::1$/, 'expected a host name or an address');

export const LineProperties = z.strictObject({
  id: LineId,
  /**
   * A serial device by its stable name, a serial server that passes bytes on as they are (raw TCP),
   * or a line that the simulator provides.
   */
  port: z.union([
    z.strictObject({ kind: z.literal('serial'), path: z.string().min(1).max(255) }),
    z.strictObject({ kind: z.literal('tcp'), host, port: z.int().min(1).max(65_535) }),
    z.strictObject({ kind: z.literal('simulated') }),
  ]),
  baud: z.int().min(1_200).max(921_600),
  parity: z.enum(['none', 'even', 'odd']),
  pollPeriodMs: z.int().min(100).max(60_000).optional(),
  /**
   * `free`: each bay node pings by itself. `inTurn`: the gateway tells even addresses, then odd
   * ones, so that neighbours never ping together.
   */
  pings: z.enum(['free', 'inTurn']).optional(),
  /** May be left empty on a line of signs alone. */
  sensors: z.array(SensorProperties).max(32),
  /** Signs that the gateway writes to, beside the sensors. */
  signs: z.array(ModbusSignProperties).min(1).max(16).optional(),
});
export type LineProperties = z.infer<typeof LineProperties>;

export const GatewayProperties = z.strictObject({
  kind: z.literal('gateway'),
  id: GatewayId,
  lines: z.array(LineProperties).min(1).max(64),
});

/** What the map shows under lots and bays where no tiles are configured. */
export const BackdropProperties = z.strictObject({
  kind: z.literal('backdrop'),
  what: z.enum(['street', 'mainStreet', 'water', 'block', 'park']),
  name: LocalText.optional(),
});

const feature = <Geometry extends z.ZodType, Properties extends z.ZodType>(
  geometry: Geometry,
  properties: Properties,
) =>
  z.strictObject({
    type: z.literal('Feature'),
    id: z.union([z.string(), z.number()]).optional(),
    geometry,
    properties,
  });

/** The schema of each kind of feature. */
export const featureSchemas = {
  market: feature(Point, MarketProperties),
  lot: feature(Place, LotProperties),
  entrance: feature(Point, EntranceProperties),
  bay: feature(Place, BayProperties),
  gateway: feature(Point.nullable(), GatewayProperties),
  sign: feature(Point, SignProperties),
  backdrop: feature(Shape, BackdropProperties),
} as const;
export type FeatureKind = keyof typeof featureSchemas;

export type Market = z.infer<typeof featureSchemas.market>;
export type Lot = z.infer<typeof featureSchemas.lot>;
export type Entrance = z.infer<typeof featureSchemas.entrance>;
export type Bay = z.infer<typeof featureSchemas.bay>;
export type Gateway = z.infer<typeof featureSchemas.gateway>;
export type Sign = z.infer<typeof featureSchemas.sign>;
export type Backdrop = z.infer<typeof featureSchemas.backdrop>;

/** Apps that a driver may be handed to, in the order of the page's buttons. */
export const HandOffApp = z.enum(HAND_OFF_APPS);
export type HandOffApp = z.infer<typeof HandOffApp>;

/**
 * Tiles instead of the backdrop, by configuration of the site; the attribution is shown. Each url
 * becomes a source of the page's Content-Security-Policy, so that it must begin with its origin.
 */
export const Tiles = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('raster'),
    url: z
      .string()
      .regex(
        /^(https?:\/\/[^\s/]+)?\/\S+$/,
        'expected an address like "https://tiles.example/{z}/{x}/{y}.png"',
      ),
    attribution: text,
  }),
  z.strictObject({
    kind: z.literal('pmtiles'),
    url: z
      .string()
      .regex(
        /^(https?:\/\/[^\s/]+\/\S*?|\/\S+?|[A-Za-z0-9][A-Za-z0-9._-]{0,100})\.pmtiles$/,
        'expected an address that ends in ".pmtiles", or the name of such a file beside the site file',
      ),
    attribution: text,
  }),
]);

export const SiteHeader = z.strictObject({
  /** Version of this format. */
  format: z.literal(1),
  site: SiteId,
  name: LocalText,
  /** From when this version holds; events before it belong to the version before. */
  validFrom: z.iso.datetime({ offset: true }),
  languages: z.array(Language).min(1),
  currency: z.string().regex(/^[A-Z]{3}$/, 'expected an ISO 4217 code, e.g. "KRW"'),
  timeZone: z.string().refine(isTimeZone, 'expected an IANA time zone, e.g. "Asia/Seoul"'),
  country: z.string().regex(/^[A-Z]{2}$/, 'expected an ISO 3166-1 code, e.g. "KR"'),
  /** Whose public holidays hold: ISO 3166-1, or with its part ISO 3166-2. */
  holidayRegion: z.string().regex(/^[A-Z]{2}(-[A-Z0-9]{1,3})?$/),
  /** Holidays that the calendar of the region does not know (an election, a bridge day) ... */
  moreHolidays: z
    .array(z.strictObject({ date, name: shortText }))
    .max(100)
    .optional(),
  /** ... and those that it names and that are none here. */
  noHolidays: z.array(date).max(100).optional(),
  handOff: z.array(HandOffApp).min(1),
  tiles: Tiles.optional(),
  attribution: LocalText.optional(),
});
export type SiteHeader = z.infer<typeof SiteHeader>;

function isTimeZone(name: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

export const SiteFile = z.strictObject({
  type: z.literal('FeatureCollection'),
  $schema: z.string().optional(),
  binjari: SiteHeader,
  bbox: z.array(z.number()).length(4).optional(),
  features: z.array(
    z.union(
      Object.values(featureSchemas) as [
        typeof featureSchemas.market,
        typeof featureSchemas.lot,
        typeof featureSchemas.entrance,
        typeof featureSchemas.bay,
        typeof featureSchemas.gateway,
        typeof featureSchemas.sign,
        typeof featureSchemas.backdrop,
      ],
    ),
  ),
});
