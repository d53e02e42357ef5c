import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Counter, Gauge, Registry } from 'prom-client';
import type { BayState } from '#contract/bay.ts';
import type { HealthState } from '#contract/health.ts';
import type { HistoryStatus } from './history/history.ts';
import type { LotLive } from '#contract/live.ts';

/** Counters, and counters by a further word, as a room keeps them. */
export type Counts = Readonly<Record<string, number | Readonly<Record<string, number>>>>;

/** What is asked at each scrape. */
export interface Measured {
  readonly ingest: () => Counts;
  readonly live: () => Counts;
  readonly history: () => HistoryStatus;
  readonly lots: () => readonly LotLive[];
  readonly sensors: () => Readonly<Record<HealthState, number>>;
  readonly gatewaysQuarantined: () => number;
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

const NS_A_SECOND = 1e9;
/** The histogram counts the timer's own period with the delay. */
const RESOLUTION_MS = 10;
const delayS = (ns: number): number => Math.max(0, ns / NS_A_SECOND - RESOLUTION_MS / 1_000);
/** What is there now, not how often something happened. */
const LEVELS = new Set(['queueLength', 'clients']);
const METHODS = new Set(['GET', 'HEAD', 'POST', 'OPTIONS', 'PUT', 'PATCH', 'DELETE']);

export function openMetrics(measured: Measured): Metrics {
  const registry = new Registry();
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
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
    gauge('binjari_broker_connected', '1 while connected to the broker', () =>
      Number(measured.brokerConnected()),
    ),
    gauge('binjari_gateways_quarantined', 'gateways not believed now: implausible or cloned', () =>
      measured.gatewaysQuarantined(),
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
    gauge('binjari_resident_bytes', 'resident memory', () => process.memoryUsage.rss()),
    gauge('binjari_cpu_seconds', 'CPU time since the start, user and system', () => {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1e6;
    }),
    labelled('binjari_bays', 'sensed bays by state; the three add up to all', 'state', () =>
      Object.entries(baysByState(measured.lots())),
    ),
    labelled('binjari_sensors', 'sensors of the site by health; they add up to all', 'state', () =>
      Object.entries(measured.sensors()),
    ),
    labelled(
      'binjari_event_loop_delay_seconds',
      'delay of the event loop since the last scrape',
      'quantile',
      () => {
        const said: Labelled = [50, 99].map((percent) => [
          String(percent / 100),
          delayS(delay.percentile(percent)),
        ]);
        said.push(['1', delayS(delay.max)]);
        delay.reset();
        return said;
      },
    ),
  ];
  for (const figure of figures) registry.registerMetric(figure);

  return {
    answered: (path, method, status) => {
      const known = METHODS.has(method) ? method : 'other';
      requests.inc({ path, method: known, status: String(status) });
    },
    text: async () => registry.metrics(),
    close: () => {
      delay.disable();
      registry.clear();
    },
  };
}

type Labelled = [string, number][];

function gauge(name: string, help: string, value: () => number): Gauge {
  return new Gauge({
    name,
    help,
    registers: [],
    collect() {
      this.set(value());
    },
  });
}

function labelled(name: string, help: string, label: string, values: () => Labelled): Gauge {
  return new Gauge({
    name,
    help,
    labelNames: [label],
    registers: [],
    collect() {
      for (const [which, value] of values()) this.set({ [label]: which }, value);
    },
  });
}

/** What a room counts, as one counter with its words as labels; and what it holds, as a gauge. */
function countsOf(room: string, counts: () => Counts): [Counter, Gauge] {
  const counter = new Counter({
    name: `binjari_${room}_total`,
    help: `what ${room} has done since the start`,
    labelNames: ['what'],
    registers: [],
    collect() {
      this.reset();
      for (const [what, count] of flat(counts())) {
        if (!LEVELS.has(what)) this.inc({ what }, count);
      }
    },
  });
  const level = labelled(`binjari_${room}_now`, `what ${room} holds now`, 'what', () =>
    flat(counts()).filter(([what]) => LEVELS.has(what)),
  );
  return [counter, level];
}

function flat(counts: Counts): [string, number][] {
  return Object.entries(counts).flatMap(([what, count]): [string, number][] =>
    typeof count === 'number'
      ? [[what, count]]
      : Object.entries(count).map(([which, n]) => [`${what}.${which}`, n]),
  );
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
