import * as z from 'zod';
import { Band, BayClass, BayState, ClassCount } from './bay.ts';
import { BayId, LotId, MarketId, SignId } from './ids.ts';
import { HistoryBucket } from './http.ts';
import { SIGN_CAUSES } from './sign-ladder.ts';
import { SignShow } from './sign-message.ts';
import { shortText } from './site.ts';
import { IsoInstant } from './time.ts';

/**
 * What operators may ask of the past. Ranges are half-open: `from` belongs to them, `to` does not.
 * Instants of answers carry the site's own offset. Bay-seconds are exact to the millisecond.
 */

const simulated = z.boolean().describe('true: invented by the simulator, not real parking');

/** A local day means its midnight in the site's time zone. */
const DayOrInstant = z
  .union([z.iso.date(), IsoInstant])
  .describe('a day of the site, "2026-11-22", or an instant, "2026-11-22T09:00:00+09:00"');

const WITHIN_MINUTES = 10;

/** Which bays: filters narrow, together they all must hold; none: the whole site. */
const scopeFields = {
  lot: LotId.optional(),
  zone: shortText.optional().describe('of the lot, or of any lot'),
  class: BayClass.optional(),
  market: MarketId.optional().describe('lots in its surroundings'),
  withinMinutes: z.coerce
    .number()
    .pipe(z.int().min(1).max(60))
    .default(WITHIN_MINUTES)
    .describe('of the market: on foot, by measured walks before estimates'),
};

/** How a table travels: JSON, or CSV for spreadsheets. */
export const formFields = {
  format: z.enum(['json', 'csv']).optional().describe('in place of the header Accept'),
  bom: z
    .enum(['true', 'false'])
    .optional()
    .describe('of CSV: a byte order mark before it, without which Excel takes it for another code'),
};

const rangeFields = { from: DayOrInstant, to: DayOrInstant };

export const INTERVALS = ['15min', '30min', 'hour', 'day', 'week', 'month'] as const;
export type Interval = (typeof INTERVALS)[number];

export const ScopeQuery = z.strictObject({ ...scopeFields, ...rangeFields, ...formFields });
export type ScopeQuery = z.infer<typeof ScopeQuery>;

export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
const ALL_DAYS: ReadonlySet<string> = new Set(['market', ...WEEKDAYS]);

/** Which days of a range count: `market`, or weekdays as `sat,sun`. */
const ChosenDays = z
  .string()
  .refine(
    (text) => text.split(',').every((day) => ALL_DAYS.has(day)),
    'expected "market", or weekdays as "sat,sun"',
  )
  .describe(
    'only intervals that begin on such days: weekdays as "sat,sun"; "market": of the asked market, else of any of the site, as the site file says',
  );

export const OccupancyQuery = z.strictObject({
  ...ScopeQuery.shape,
  interval: z
    .enum(INTERVALS)
    .default('hour')
    .describe('those from a day on are as long as the local calendar makes them'),
  days: ChosenDays.optional(),
});
export type OccupancyQuery = z.infer<typeof OccupancyQuery>;

/** What every answer of the past says of itself. */
const answerFields = {
  simulated,
  from: IsoInstant,
  to: IsoInstant,
  timeZone: z.string(),
  lots: z.array(LotId).describe('those that the asked bays are in, of those that are yours'),
  bays: z.int().nonnegative().describe('that had a sensor at any time of the range'),
  privateBays: z
    .enum(['included', 'leftOut'])
    .describe('bays that one person has for themselves; operators have them in, viewers not'),
};

const seconds = z.number().nonnegative();

/** Where nothing was observed, occupancy is null, not 0; vacant + occupied + unknown = possible. */
export const OccupancyBucket = HistoryBucket.extend({
  unknownBaySeconds: seconds.describe('could have been observed, and was not'),
});
export type OccupancyBucket = z.infer<typeof OccupancyBucket>;

export const OccupancyAnswer = z.object({
  ...answerFields,
  interval: z.enum(INTERVALS),
  buckets: z.array(OccupancyBucket),
});
export type OccupancyAnswer = z.infer<typeof OccupancyAnswer>;

const { from: _from, to: _to, ...sums } = OccupancyBucket.shape;

export const WeekCell = z.object({
  weekday: z.int().min(0).max(6).describe('0 Monday to 6 Sunday'),
  hour: z.int().min(0).max(23).describe('of the wall clock'),
  ...sums,
});
export type WeekCell = z.infer<typeof WeekCell>;

export const WeekAnswer = z.object({
  ...answerFields,
  cells: z.array(WeekCell).describe('7 × 24, Monday 0:00 first'),
});
export type WeekAnswer = z.infer<typeof WeekAnswer>;

const share = z.number().min(0).max(1);

export const DwellBin = z.object({
  fromSeconds: seconds,
  toSeconds: seconds.nullable().describe('null: and longer'),
  count: z.int().nonnegative(),
});

/** Stays that began in the range, and how long those with two known ends lasted. */
export const UseAnswer = z.object({
  ...answerFields,
  coverage: share,
  unknownShare: share.describe('1 − coverage'),
  arrivals: z.int().nonnegative(),
  departures: z.int().nonnegative(),
  turnover: z.number().nonnegative().nullable().describe('stays begun per bay and observed day'),
  anomalous: z.int().nonnegative().describe('stays ended by an arrival: a departure was missed'),
  bridged: z.int().nonnegative().describe('stays taken for one across a gap of coverage'),
  dwell: z.object({
    count: z.int().nonnegative().describe('stays with both ends known'),
    meanSeconds: seconds.nullable(),
    percentiles: z.array(z.object({ share, seconds: seconds.nullable() })),
    histogram: z.array(DwellBin),
    censored: z
      .object({
        open: z.int().nonnegative().describe('the car stands still'),
        openLeft: z.int().nonnegative().describe('it stood when observation began'),
        uncertain: z.int().nonnegative().describe('an end fell into a gap or was missed'),
      })
      .describe('left out, by what is not known of them'),
  }),
});
export type UseAnswer = z.infer<typeof UseAnswer>;

export const FullPeriod = z.object({ from: IsoInstant, to: IsoInstant, seconds });
export type FullPeriod = z.infer<typeof FullPeriod>;

/** Full: no bay known to be vacant, and so few unknown as a sign allows. */
export const CrowdingAnswer = z.object({
  ...answerFields,
  peak: z
    .object({ occupied: z.int().positive(), from: IsoInstant, to: IsoInstant })
    .nullable()
    .describe('the most bays known to be occupied at once, and the first time of it'),
  full: z.object({
    count: z.int().nonnegative(),
    seconds,
    longestSeconds: seconds,
    periods: z.array(FullPeriod),
  }),
});
export type CrowdingAnswer = z.infer<typeof CrowdingAnswer>;

export const DayQuery = z.strictObject({ day: z.iso.date().describe('of the site’s calendar') });

/** A stay as a bay's row shows it; ends that fell into a gap are pairs of bounds. */
const RowStay = z.object({
  arrivedAfter: IsoInstant,
  arrivedBefore: IsoInstant,
  departedAfter: IsoInstant.nullable().describe('null: the car still stands'),
  departedBefore: IsoInstant.nullable(),
  bridged: z.boolean(),
  anomalous: z.boolean(),
  openLeft: z.boolean(),
});

export const BayDay = z.object({
  bay: BayId,
  label: z.string(),
  class: BayClass,
  zone: z.string().nullable(),
  coverage: share,
  stays: z.array(RowStay),
  known: z
    .array(z.object({ from: IsoInstant, to: IsoInstant, state: z.enum(['vacant', 'occupied']) }))
    .describe('observed time by state; in between nobody knows'),
});
export type BayDay = z.infer<typeof BayDay>;

export const LotDayAnswer = z.object({
  simulated,
  lot: LotId,
  day: z.iso.date(),
  from: IsoInstant,
  to: IsoInstant,
  timeZone: z.string(),
  bays: z.array(BayDay),
});
export type LotDayAnswer = z.infer<typeof LotDayAnswer>;

/**
 * Why a page told of a lot as it did. `fact`: by a counter, an attendant or a feed; `delayed`,
 * `noData`: nobody had observed it for too long; `apiStopped`: nobody was there to tell.
 */
export const SHOWN_CAUSES = [
  'counted',
  'fact',
  'delayed',
  'noData',
  'noLiveCount',
  'closed',
  'apiStopped',
] as const;
export const ShownCause = z.enum(SHOWN_CAUSES);
export type ShownCause = z.infer<typeof ShownCause>;

/** What the page said of a lot from an instant on. */
export const ShownLot = z.object({
  vacant: z.int().nonnegative().nullable().describe('bays open to any car; null: no number'),
  band: Band.nullable(),
  freshness: z.enum(['live', 'delayed', 'none']),
  counts: z.array(ClassCount).describe('what was known of the sensed bays then, by class'),
  observedAt: IsoInstant.nullable(),
  cause: ShownCause,
});
export type ShownLot = z.infer<typeof ShownLot>;

/** Why a sign showed what it showed: the ladder's causes (sign-ladder.ts), and those beyond it. */
export const ShownSignCause = z.enum([...SIGN_CAUSES, 'unsent', 'apiStopped']);
export type ShownSignCause = z.infer<typeof ShownSignCause>;

/** What a sign was told of a lot from an instant on. */
export const ShownSign = z.object({
  show: SignShow,
  cause: ShownSignCause,
});
export type ShownSign = z.infer<typeof ShownSign>;

export const ShownQuery = z.strictObject({ at: IsoInstant });

export const SHOWN_DAYS = 90;

/** What a lot's page and signs said at an instant, what was known then, and what was learned later. */
export const ShownAnswer = z.object({
  simulated,
  lot: LotId,
  at: IsoInstant,
  keptSince: IsoInstant.nullable().describe('null: nothing was kept yet'),
  page: ShownLot.extend({ since: IsoInstant }).nullable().describe('null: not kept'),
  signs: z.array(ShownSign.extend({ sign: SignId, since: IsoInstant })),
  known: z
    .object({
      vacant: z.int().nonnegative(),
      occupied: z.int().nonnegative(),
      unknown: z.int().nonnegative(),
    })
    .nullable()
    .describe('of the sensed bays, as they were counted then'),
  history: z
    .object({
      vacant: z.int().nonnegative(),
      occupied: z.int().nonnegative(),
      unknown: z.int().nonnegative(),
    })
    .nullable()
    .describe('of the same bays then, by all that is known now; null: events are kept no longer'),
  bays: z.array(
    z.object({
      bay: BayId,
      label: z.string(),
      state: BayState.describe('by all that is known now'),
      sensedAt: IsoInstant.nullable().describe('of the event that says so'),
      learnedAt: IsoInstant.nullable().describe('when that event came'),
      learnedLater: z.boolean().describe('it came after the asked instant'),
    }),
  ),
});
export type ShownAnswer = z.infer<typeof ShownAnswer>;

/** What is exported: [from, to); without a bound, all there is on that side. */
const exportFields = { from: IsoInstant.optional(), to: IsoInstant.optional() };

export const StaysExportQuery = z.strictObject({
  ...exportFields,
  format: z.enum(['ndjson', 'csv']).optional().describe('in place of the header Accept'),
  bom: formFields.bom,
  after: z
    .string()
    .regex(
      /^[a-z0-9-]{1,40}:\d{1,16}$/,
      'expected BAY:ARRIVED_BEFORE of the last row that you have',
    )
    .optional()
    .describe('cursor: the last row that you have, as BAY:ARRIVED_BEFORE in epoch milliseconds'),
  limit: z.coerce
    .number()
    .pipe(z.int().min(1).max(1_000_000))
    .optional()
    .describe('about so many rows: those of one bay and instant stay together'),
});
export type StaysExportQuery = z.infer<typeof StaysExportQuery>;

export const RecordsExportQuery = z.strictObject({
  after: z.coerce
    .number()
    .pipe(z.int().nonnegative())
    .default(0)
    .describe('cursor: the position of the last row that you have'),
  limit: z.coerce.number().pipe(z.int().min(1).max(1_000_000)).optional(),
});

/** One lot's hour in an export of many. */
export const LotHourRow = z.object({ lot: LotId, ...OccupancyBucket.shape });
export type LotHourRow = z.infer<typeof LotHourRow>;

export const HoursExportQuery = z.strictObject({
  from: DayOrInstant,
  to: DayOrInstant,
  format: z.enum(['ndjson', 'csv']).optional().describe('in place of the header Accept'),
  bom: formFields.bom,
});
