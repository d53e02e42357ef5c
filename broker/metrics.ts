import { createServer } from 'node:http';
import { Registry } from 'prom-client';
import { alarmFigures, countsOf, gauge, processFigures } from '#runtime/figures.ts';
import type { Counts } from '#runtime/figures.ts';
import { listenAt } from '#runtime/listen.ts';
import type { ListenWhere } from '#runtime/listen.ts';
import { messageOf } from '#runtime/errors.ts';
import type { Log } from '#runtime/log.ts';
import type { BrokerWatch } from './watch.ts';

/** What is asked at each scrape. */
export interface BrokerMeasured {
  readonly counts: () => Counts;
  readonly watch: BrokerWatch;
  /** Epoch milliseconds; undefined: no TLS. */
  readonly certificateExpiresAt: () => number | undefined;
}

export interface MetricsListener {
  readonly url: string;
  close(): Promise<void>;
}

const SLOW_MS = 5_000;

/** GET /metrics for Prometheus, and nothing else; it has no login: keep it on the machine. */
export async function listenMetrics(
  at: ListenWhere,
  { counts, watch, certificateExpiresAt }: BrokerMeasured,
  log: Log,
): Promise<MetricsListener> {
  const registry = new Registry();
  const own = processFigures();
  const figures = [
    ...countsOf('broker', counts),
    gauge('binjari_broker_certificate_expires_seconds', 'its end since 1970; NaN: no TLS', () => {
      const expiresAt = certificateExpiresAt();
      return expiresAt === undefined ? Number.NaN : expiresAt / 1_000;
    }),
    ...own.figures,
    ...alarmFigures({
      alarms: () => watch.alarms().map((alarm) => ({ ...alarm, gateway: null })),
      alarmsRaised: watch.raised,
    }),
  ];
  for (const figure of figures) registry.registerMetric(figure);

  const options = { headersTimeout: SLOW_MS, requestTimeout: SLOW_MS, maxHeaderSize: 4 * 1_024 };
  const server = createServer(options, (request, response) => {
    if (request.method !== 'GET' || request.url !== '/metrics') {
      response.writeHead(404, { connection: 'close' }).end();
      return;
    }
    registry.metrics().then(
      (text) => response.writeHead(200, { 'content-type': registry.contentType }).end(text),
      (error: unknown) => {
        log.error({ reason: messageOf(error) }, 'broker.metrics.failed');
        response.writeHead(500).end();
      },
    );
  });
  server.maxConnections = 16;
  const url = `http://${await listenAt(server, at)}/metrics`;
  return {
    url,
    close: () => {
      own.close();
      registry.clear();
      const closed = new Promise<void>((resolve) => {
        server.close(() => resolve());
      });
      server.closeAllConnections();
      return closed;
    },
  };
}
