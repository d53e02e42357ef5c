import { Point } from '@influxdata/influxdb-client';
import type { BayId, LogId, LotId } from '#contract/ids.ts';
import type { Stay } from '#contract/stay.ts';
import { censorOf } from './answers/dwell.ts';
import type { LotHour } from './history.ts';
import type { InfluxRow } from './influx-server.ts';
import type { BayRow, KeyedStay, ViewMark } from './view.ts';

/**
 * How the view stands in InfluxDB. A point is overwritten by its series and timestamp, so each row
 * always writes all of its fields; nothing is ever deleted to be right. Tags of every series: `log`
 * and `build`, a number that rises when the view is made anew.
 *
 * `view_owner`: tag api; the log that each of several apis has now, one point each at the epoch.
 * `stays`: tags bay, lot, journal; at the arrival, in ns made unique by seq; `void` 1: holds no more.
 * `lot_hours`: tag lot; at the hour. `bays` and `view_mark`: one point each at the epoch.
 */
export interface Build {
  readonly log: LogId;
  readonly number: number;
}

export const STAYS = 'stays';
export const LOT_HOURS = 'lot_hours';
export const BAYS = 'bays';
export const MARK = 'view_mark';
export const OWNERS = 'view_owner';

const NS_A_MS = 1_000_000n;
/** Where no instant or no place is. */
const NONE = -1;
/** In the place of a reason why a stay has no exact length. */
export const EXACT = 'no';

/** The condition that picks one build's rows. */
export const ofBuild = ({ log, number }: Build): string =>
  `"log" = '${log}' AND "build" = '${number}'`;

/** The condition that picks the rows of any of these builds; there is at least one. */
export const ofBuilds = (builds: readonly Build[]): string =>
  `(${builds.map((build) => `(${ofBuild(build)})`).join(' OR ')})`;

/** Which log an api has now: a log that was renewed counts no more. */
export function ownerLine(api: string, log: LogId): string {
  return lineOf(new Point(OWNERS).tag('api', api).stringField('log', log).timestamp('0'));
}

const pointOf = (name: string, { log, number }: Build): Point =>
  new Point(name).tag('log', log).tag('build', String(number));

const lineOf = (point: Point): string => point.toLineProtocol() ?? '';

/**
 * Two stays of one bay in one journal that arrive in the same millisecond have different seqs, and
 * no journal writes a million events in one.
 */
function stayNs({ order, stay }: KeyedStay): string {
  return String(BigInt(stay.arrivedBefore) * NS_A_MS + (BigInt(order.seq) % NS_A_MS));
}

export function stayLine(build: Build, keyed: KeyedStay, isVoid: boolean): string {
  const { order, stay } = keyed;
  return lineOf(
    pointOf(STAYS, build)
      .tag('bay', stay.bay)
      .tag('lot', stay.lot)
      .tag('journal', String(order.journal))
      .intField('seq', order.seq)
      .intField('arrived_after', stay.arrivedAfter)
      .intField('arrived_before', stay.arrivedBefore)
      .intField('departed_after', stay.departedAfter ?? NONE)
      .intField('departed_before', stay.departedBefore ?? NONE)
      .booleanField('bridged', stay.bridged)
      .booleanField('anomalous', stay.anomalous)
      .booleanField('open_left', stay.openLeft)
      .stringField('censored', censorOf(stay) ?? EXACT)
      .intField('dwell_ms', (stay.departedBefore ?? stay.arrivedBefore) - stay.arrivedBefore)
      .intField('void', isVoid ? 1 : 0)
      .timestamp(stayNs(keyed)),
  );
}

export function lotHourLine(build: Build, hour: LotHour): string {
  return lineOf(
    pointOf(LOT_HOURS, build)
      .tag('lot', hour.lot)
      .intField('occupied_ms', hour.occupiedBayMs)
      .intField('vacant_ms', hour.vacantBayMs)
      .intField('arrivals', hour.arrivals)
      .intField('departures', hour.departures)
      .timestamp(String(BigInt(hour.hourAt) * NS_A_MS)),
  );
}

export function bayLine(build: Build, { bay, lot, fold, open }: BayRow): string {
  return lineOf(
    pointOf(BAYS, build)
      .tag('bay', bay)
      .stringField('lot', lot)
      .stringField('fold', fold)
      .booleanField('is_open', open !== undefined)
      .intField('journal', open?.order.journal ?? NONE)
      .intField('seq', open?.order.seq ?? NONE)
      .intField('arrived_after', open?.stay.arrivedAfter ?? NONE)
      .intField('arrived_before', open?.stay.arrivedBefore ?? NONE)
      .booleanField('bridged', open?.stay.bridged ?? false)
      .booleanField('open_left', open?.stay.openLeft ?? false)
      .timestamp('0'),
  );
}

/** What a build says of itself; `longestMs` bounds how far around a window stays are looked for. */
export interface BuildMark {
  readonly build: number;
  /** undefined: not finished. */
  readonly position: number | undefined;
  /** The longest time from an arrival to the end of its stay, and within an arrival's bounds. */
  readonly longestMs: number;
}

export function markLine(log: LogId, { build, position, longestMs }: BuildMark): string {
  return lineOf(
    new Point(MARK)
      .tag('log', log)
      .intField('build', build)
      .intField('position', position ?? NONE)
      .intField('longest_ms', longestMs)
      .timestamp('0'),
  );
}

export function buildMarkOf(row: InfluxRow): BuildMark {
  const position = numberIn(row, 'position');
  return {
    build: numberIn(row, 'build'),
    position: position === NONE ? undefined : position,
    longestMs: numberIn(row, 'longest_ms'),
  };
}

export const viewMarkOf = (logId: LogId, { position }: BuildMark): ViewMark | undefined =>
  position === undefined ? undefined : { logId, position };

export const numberIn = (row: InfluxRow, column: string): number => Number(row[column]);

// Only checked ids were ever written: the brands of what is read back are true.
export function lotHourOf(row: InfluxRow): LotHour {
  const occupiedBayMs = numberIn(row, 'occupied_ms');
  const vacantBayMs = numberIn(row, 'vacant_ms');
  return {
    lot: row['lot'] as LotId,
    hourAt: numberIn(row, 'time'),
    occupiedBayMs,
    vacantBayMs,
    observedBayMs: occupiedBayMs + vacantBayMs,
    arrivals: numberIn(row, 'arrivals'),
    departures: numberIn(row, 'departures'),
  };
}

export function keyedStayOf(row: InfluxRow): KeyedStay {
  const stay: Stay = {
    bay: row['bay'] as BayId,
    lot: row['lot'] as LotId,
    arrivedAfter: numberIn(row, 'arrived_after'),
    arrivedBefore: numberIn(row, 'arrived_before'),
    departedAfter: row['departed_after'] === undefined ? null : numberIn(row, 'departed_after'),
    departedBefore: row['departed_before'] === undefined ? null : numberIn(row, 'departed_before'),
    bridged: row['bridged'] === true,
    anomalous: row['anomalous'] === true,
    openLeft: row['open_left'] === true,
  };
  return { order: { journal: numberIn(row, 'journal'), seq: numberIn(row, 'seq') }, stay };
}

export function bayRowOf(row: InfluxRow): BayRow {
  return {
    bay: row['bay'] as BayId,
    lot: row['lot'] as LotId,
    fold: String(row['fold']),
    open: row['is_open'] === true ? keyedStayOf(row) : undefined,
  };
}
