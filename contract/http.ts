import * as z from 'zod';
import { Band, ClassCount } from './bay.ts';
import { HealthReason, HealthState, SensorCounters } from './health.ts';
import { BayId, GatewayId, LineId, LotId, MarketId, SensorId, SiteId } from './ids.ts';
import {
  BackdropProperties,
  HandOffApp,
  Instrumented,
  LocalText,
  PositionQuality,
  SiteHeader,
  Tiles,
} from './site.ts';
import { DateRuleSchema, HoursSchema, TariffSchema } from './site-plan.ts';
import { ReadyCheck } from './problem.ts';
import { IsoInstant } from './time.ts';
import { AlarmName } from './alarms.ts';

/**
 * The shapes of the public HTTP interface, version 1. Instants are ISO 8601 with an offset here,
 * except inside live messages, which travel as they do over the WebSocket.
 */

/** On every answer: whether any number in it comes from the simulator. */
const simulated = z.boolean().describe('true: invented by the simulator, not real parking');

export const SiteAnswer = z.object({
  site: SiteId,
  name: LocalText,
  /** Changes with every new version of the site file. */
  revision: z.string(),
  validFrom: SiteHeader.shape.validFrom,
  languages: SiteHeader.shape.languages,
  currency: SiteHeader.shape.currency,
  timeZone: z.string(),
  country: SiteHeader.shape.country,
  holidays: z
    .array(z.object({ date: z.iso.date(), name: z.string() }))
    .describe('public holidays by the calendar at the lots, of last year to the next but one'),
  handOff: z.array(HandOffApp),
  tiles: Tiles.optional(),
  attribution: LocalText.optional(),
  simulated,
});
export type SiteAnswer = z.infer<typeof SiteAnswer>;

const PositionAnswer = z.tuple([z.number(), z.number()]).describe('[longitude, latitude], WGS84');

export const MarketAnswer = z.object({
  market: MarketId,
  name: LocalText,
  position: PositionAnswer,
  positionQuality: PositionQuality,
  address: LocalText.optional(),
  phone: z.string().optional(),
  marketDays: z
    .array(z.int())
    .optional()
    .describe('held on dates that end in one of these; not there: nobody says'),
});
export type MarketAnswer = z.infer<typeof MarketAnswer>;

export const MarketsAnswer = z.object({ simulated, markets: z.array(MarketAnswer) });
export type MarketsAnswer = z.infer<typeof MarketsAnswer>;

/** What a counter, an attendant or a feed says of a whole lot; exactly one of `vacant` and `band`. */
const FactAnswer = z.object({
  vacant: z.int().nonnegative().optional(),
  band: Band.optional().describe('where the source cannot count'),
  source: z.enum(['counter', 'attendant', 'feed']),
  sensedAt: IsoInstant,
  validUntil: IsoInstant,
});

/** A lot as the site file says it, with what is known of it now. */
export const LotAnswer = z.object({
  lot: LotId,
  name: LocalText,
  lotKind: z.enum(['offStreet', 'onStreet']),
  position: PositionAnswer,
  positionQuality: PositionQuality,
  entrances: z.array(z.object({ position: PositionAnswer, positionQuality: PositionQuality })),
  capacity: z.int().describe('marked bays as published'),
  capacityAsOf: z.string().optional(),
  instrumented: Instrumented,
  sensedBays: z.int().nonnegative(),
  closedBays: z
    .int()
    .nonnegative()
    .describe('sensed bays that are out of service now; they are in no count'),
  operator: LocalText.optional(),
  address: LocalText.optional(),
  phone: z.string().optional(),
  payment: LocalText.optional(),
  tariff: TariffSchema,
  openHours: HoursSchema,
  chargedHours: HoursSchema,
  outsideHours: z.enum(['closed', 'openFree', 'unknown']),
  dates: z.array(DateRuleSchema).optional().describe('what holds on certain dates instead'),
  walks: z.array(z.object({ market: MarketId, walkMinutes: z.int() })),
  heightLimitMm: z.int().optional(),
  notice: LocalText.optional(),
  /** Vacant bays open to any car; null: not known now, or no live count. Never more than is true. */
  vacant: z.int().nonnegative().nullable(),
  unknown: z.int().nonnegative(),
  counts: z.array(ClassCount),
  /** The newest fact that is still valid, beside what sensors say; null: there is none. */
  fact: FactAnswer.nullable(),
  state: z.enum(['live', 'delayed', 'noData', 'noLiveCount']),
  observedAt: IsoInstant.nullable(),
});
export type LotAnswer = z.infer<typeof LotAnswer>;

export const LotsAnswer = z.object({ simulated, at: IsoInstant, lots: z.array(LotAnswer) });
export type LotsAnswer = z.infer<typeof LotsAnswer>;

export const LotOneAnswer = z.object({ simulated, at: IsoInstant, lot: LotAnswer });
export type LotOneAnswer = z.infer<typeof LotOneAnswer>;

/** For the chance at arrival: who came and went lately in the bays open to any car. */
export const FlowAnswer = z.object({
  lot: LotId,
  arrivals: z.int().nonnegative(),
  departures: z.int().nonnegative(),
  observedMinutes: z.number().nonnegative().describe('of the last 30, weighted by known bays'),
});
export type FlowAnswer = z.infer<typeof FlowAnswer>;

export const FlowsAnswer = z.object({ simulated, at: IsoInstant, flows: z.array(FlowAnswer) });
export type FlowsAnswer = z.infer<typeof FlowsAnswer>;

/** One bucket of time; a bucket that was not observed says so: null, not 0. */
export const HistoryBucket = z.object({
  from: IsoInstant,
  to: IsoInstant,
  /** Occupied ÷ observed bay-time, 0 to 1; null where nothing was observed. */
  occupancy: z.number().min(0).max(1).nullable(),
  /** Observed ÷ possible bay-time, 0 to 1. */
  coverage: z.number().min(0).max(1),
  occupiedBaySeconds: z.number().nonnegative(),
  vacantBaySeconds: z.number().nonnegative(),
  observedBaySeconds: z.number().nonnegative(),
  arrivals: z.int().nonnegative(),
  departures: z.int().nonnegative(),
});
export type HistoryBucket = z.infer<typeof HistoryBucket>;

export const LotHistoryAnswer = z.object({
  simulated,
  lot: LotId,
  from: IsoInstant,
  to: IsoInstant,
  sensedBays: z.int().nonnegative().describe('those that are summed: private bays are not'),
  buckets: z.array(HistoryBucket),
});
export type LotHistoryAnswer = z.infer<typeof LotHistoryAnswer>;

/** Half-open range of whole hours, at most 366 days. */
export const HistoryQuery = z.strictObject({
  from: IsoInstant,
  to: IsoInstant,
});
export type HistoryQuery = z.infer<typeof HistoryQuery>;

export const BaysQuery = z.strictObject({ lot: LotId.optional() });

/** Any GeoJSON FeatureCollection of ours; the features are those of the site file. */
export const FeatureCollectionAnswer = z.object({
  type: z.literal('FeatureCollection'),
  simulated,
  features: z.array(
    z.object({
      type: z.literal('Feature'),
      id: z.string().optional(),
      geometry: z.object({ type: z.string(), coordinates: z.array(z.unknown()) }).nullable(),
      properties: z.record(z.string(), z.unknown()),
    }),
  ),
});
export type FeatureCollectionAnswer = z.infer<typeof FeatureCollectionAnswer>;

/** A step of the backdrop's positions: 0.1 m at most, as fine as site files are. */
export const BACKDROP_STEP_DEG = 1e-6;

/**
 * The backdrop of the map in few bytes: an eighth of its GeoJSON. Shapes that are of one kind and
 * one name stand together.
 */
export const BackdropAnswer = z.object({
  simulated,
  stepDeg: z.literal(BACKDROP_STEP_DEG).describe('degrees of one step'),
  groups: z.array(
    z.object({
      what: BackdropProperties.shape.what,
      name: LocalText.optional(),
      type: z.enum(['Point', 'LineString', 'Polygon']),
      lengths: z
        .array(z.int().positive())
        .describe(
          'positions of each shape; of a polygon its outer ring, the first one not repeated',
        ),
      steps: z
        .array(z.int())
        .describe(
          'longitude and latitude in turn of all shapes’ positions, each as the way from the position before, which may be another shape’s; the first from 0, 0',
        ),
    }),
  ),
});
export type BackdropAnswer = z.infer<typeof BackdropAnswer>;

/** For operators: which sensors lie. Filters narrow; together they all must hold. */
export const SensorsQuery = z.strictObject({
  gateway: GatewayId.optional(),
  lot: LotId.optional(),
  state: HealthState.optional(),
});
export type SensorsQuery = z.infer<typeof SensorsQuery>;

export const SensorsAnswer = z.object({
  simulated,
  at: IsoInstant,
  /** The worst first: faulty, offline, degraded, maintenance, ok. */
  sensors: z.array(
    z.object({
      sensor: SensorId,
      bay: BayId,
      lot: LotId.nullable(),
      gateway: GatewayId,
      line: LineId,
      state: HealthState,
      reasons: z.array(HealthReason),
      since: IsoInstant.nullable().describe('since when it is in this state; null: not known'),
      counters: SensorCounters.nullable().describe('as last told; null: never told'),
      toldAt: IsoInstant.nullable().describe('when its gateway last told of it'),
    }),
  ),
});
export type SensorsAnswer = z.infer<typeof SensorsAnswer>;

export const HealthAnswer = z.object({ status: z.literal('ok'), version: z.string() });
export const ReadyAnswer = z.object({
  status: z.literal('ready'),
  checks: z.array(ReadyCheck),
});
export type ReadyAnswer = z.infer<typeof ReadyAnswer>;

/** For operators: what is wrong with the system itself, of the api and of its gateways. */
export const AlarmsAnswer = z.object({
  simulated,
  at: IsoInstant,
  /** The worst first, then the oldest. */
  alarms: z.array(
    z.object({
      alarm: AlarmName,
      severity: z.enum(['critical', 'warning']),
      gateway: GatewayId.nullable().describe('who told of it; null: the api itself'),
      subject: z.string().describe('what it is about, e.g. a line; empty: the whole process'),
      cause: z.string(),
      since: IsoInstant,
      todo: z.string(),
    }),
  ),
});
export type AlarmsAnswer = z.infer<typeof AlarmsAnswer>;

/** For operators: how the view compares with the log. One row now and then, the last with the end. */
export const VerifyRow = z.object({
  done: z.boolean(),
  failed: z.string().optional(),
  position: z.int().optional(),
  hours: z.int().optional(),
  stays: z.int().optional(),
  differingCount: z.int().optional(),
  differing: z
    .array(z.object({ hour: IsoInstant, what: z.string(), log: z.string(), view: z.string() }))
    .optional(),
});
export type VerifyRow = z.infer<typeof VerifyRow>;
