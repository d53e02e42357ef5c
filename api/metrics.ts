import { Counter, Registry } from 'prom-client';
import type { BayState } from '#contract/bay.ts';
import type { HealthState } from '#contract/health.ts';
import { alarmFigures, countsOf, gauge, labelled, processFigures } from '#runtime/figures.ts';
import type { AlarmsMeasured, Counts } from '#runtime/figures.ts';
import type { HistoryStatus } from './history/history.ts';
import type { LotLive } from '#contract/live.ts';

/** What is asked at each scrape. */
export interface Measured extends AlarmsMeasured {
  readonly ingest: () => Counts;
  readonly live: () => Counts;
  readonly http: () => Counts;
  readonly logins: () => Counts;
  readonly history: () => HistoryStatus;
  readonly lots: () => readonly LotLive[];
  readonly sensors: () => Readonly<Record<HealthState, number>>;
  readonly brokerConnected: () => boolean;
  /** Epoch milliseconds; undefined: no TLS. */
  readonly certificateExpiresAt: () => number | undefined;
}

/** Figures for Prometheus. */
export interface Metrics {
  answered(path: string, method: string, status: number): void;
  /** In Prometheus text format; the figures of the event loop are those since the last call. */
  text(): Promise<string>;
  close(): void;
}

const METHODS = new Set(['GET', 'HEAD', 'POST', 'OPTIONS', 'PUT', 'PATCH', 'DELETE']);

export function openMetrics(measured: Measured): Metrics {
  const registry = new Registry();
  const own = processFigures();
  const requests = new Counter({
    name: 'binjari_http_requests_total',
    help: 'HTTP requests answered, by the address of the table',
    labelNames: ['path', 'method', 'status'],
    registers: [],
  });
  const figures = [
    requests,
    ...countsOf('ingest', measured.ingest),
    ...countsOf('live', measured.live),
    ...countsOf('requests', measured.http),
    ...countsOf('logins', measured.logins),
    gauge('binjari_broker_connected', '1 while connected to the broker', () =>
      Number(measured.brokerConnected()),
    ),
    gauge('binjari_broker_certificate_expires_seconds', 'its end since 1970; NaN: no TLS', () => {
      const expiresAt = measured.certificateExpiresAt();
      return expiresAt === undefined ? Number.NaN : expiresAt / 1_000;
    }),
    gauge('binjari_history_lag_records', 'records of the log that the view has not yet', () => {
      const { position, target } = measured.history();
      return target - position;
    }),
    gauge('binjari_history_rebuilding', '1 while the view is made again', () =>
      Number(measured.history().rebuilding),
    ),
    gauge('binjari_log_position', 'last position of the log', () => measured.history().target),
    labelled('binjari_bays', 'sensed bays by state; the three add up to all', 'state', () =>
      Object.entries(baysByState(measured.lots())),
    ),
    labelled('binjari_sensors', 'sensors of the site by health; they add up to all', 'state', () =>
      Object.entries(measured.sensors()),
    ),
    ...own.figures,
    ...alarmFigures(measured),
  ];
  for (const figure of figures) registry.registerMetric(figure);

  return {
    answered: (path, method, status) => {
      const known = METHODS.has(method) ? method : 'other';
      requests.inc({ path, method: known, status: String(status) });
    },
    text: async () => registry.metrics(),
    close: () => {
      own.close();
      registry.clear();
    },
  };
}

export function baysByState(lots: readonly LotLive[]): Record<BayState, number> {
  const sum = { vacant: 0, occupied: 0, unknown: 0 };
  for (const { vacant, occupied, unknown } of lots.flatMap(({ counts }) => counts)) {
    sum.vacant += vacant;
    sum.occupied += occupied;
    sum.unknown += unknown;
  }
  return sum;
}
