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

/** Behind milliseconds: nanoseconds are more than a number holds. */
const NS_OF_A_MS = '000000';
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

const lineOf = (point: Point): string => point.toLineProtocol() ?? '';

/** Of the lines that come by thousands: the client's points take ten times as long to make as text. */
const seriesOf = (name: string, { log, number }: Build): string =>
  `${name},log=${log},build=${number}`;

// Ids are words with hyphens: no character of them means anything in a line.
const quoted = (text: string): string => `"${text.replaceAll(/["\\]/g, '\\$&')}"`;

/**
 * Two stays of one bay in one journal that arrive in the same millisecond have different seqs, and
 * no journal writes a million events in one.
 */
function stayNs({ order, stay }: KeyedStay): string {
  return `${stay.arrivedBefore}${String(order.seq % 1_000_000).padStart(6, '0')}`;
}

export function stayLine(build: Build, keyed: KeyedStay, isVoid: boolean): string {
  const { order, stay } = keyed;
  const { bay, lot, arrivedAfter, arrivedBefore, departedAfter, departedBefore } = stay;
  return (
    `${seriesOf(STAYS, build)},bay=${bay},lot=${lot},journal=${order.journal} ` +
    `seq=${order.seq}i,arrived_after=${arrivedAfter}i,arrived_before=${arrivedBefore}i,` +
    `departed_after=${departedAfter ?? NONE}i,departed_before=${departedBefore ?? NONE}i,` +
    `bridged=${stay.bridged},anomalous=${stay.anomalous},open_left=${stay.openLeft},` +
    `censored="${censorOf(stay) ?? EXACT}",` +
    `dwell_ms=${(departedBefore ?? arrivedBefore) - arrivedBefore}i,` +
    `void=${isVoid ? 1 : 0}i ${stayNs(keyed)}`
  );
}

export function lotHourLine(build: Build, hour: LotHour): string {
  return (
    `${seriesOf(LOT_HOURS, build)},lot=${hour.lot} ` +
    `occupied_ms=${hour.occupiedBayMs}i,vacant_ms=${hour.vacantBayMs}i,` +
    `arrivals=${hour.arrivals}i,departures=${hour.departures}i ${hour.hourAt}${NS_OF_A_MS}`
  );
}

export function bayLine(build: Build, { bay, lot, fold, open }: BayRow): string {
  const stay = open?.stay;
  return (
    `${seriesOf(BAYS, build)},bay=${bay} ` +
    `lot="${lot}",fold=${quoted(fold)},is_open=${open !== undefined},` +
    `journal=${open?.order.journal ?? NONE}i,seq=${open?.order.seq ?? NONE}i,` +
    `arrived_after=${stay?.arrivedAfter ?? NONE}i,arrived_before=${stay?.arrivedBefore ?? NONE}i,` +
    `bridged=${stay?.bridged ?? false},open_left=${stay?.openLeft ?? false} 0`
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
