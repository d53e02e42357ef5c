import { Aedes } from 'aedes';
import type { AedesOptions, Client } from 'aedes';
import type { Socket } from 'node:net';
import type { ToldAlarm } from '#contract/alarms.ts';
import type { Clock } from '#runtime/clock.ts';
import { readCredentials } from '#runtime/credentials.ts';
import { ConfigError } from '#runtime/errors.ts';
import type { Log } from '#runtime/log.ts';
import type { Running } from '#runtime/main.ts';
import { readSiteFolder } from '#runtime/site-folder.ts';
import { certificateFilesOf, readCertificate, watchCertificate } from './certificate.ts';
import type { CertificateWatch } from './certificate.ts';
import { configProblems } from './config.ts';
import type { BrokerConfig } from './config.ts';
import { countsNow } from './counts.ts';
import type { BrokerCounts } from './counts.ts';
import { watchCredentials } from './credential-watch.ts';
import { Doors, sourceOf } from './doors.ts';
import { Gate } from './gate.ts';
import { hooksOf, listenToClients } from './hooks.ts';
import { listenTcp, listenTls, listenWs } from './listeners.ts';
import type { Incoming, Listener } from './listeners.ts';
import { listenMetrics } from './metrics.ts';
import { guardReads, openPacketGuard } from './packet-guard.ts';
import type { Visit } from './visit.ts';
import { watchBroker } from './watch.ts';

const MQTT_KEYS = { hostKey: 'mqttHost', portKey: 'mqttPort' };
const TLS_KEYS = { hostKey: 'mqttsHost', portKey: 'mqttsPort' };
const METRICS_KEYS = { hostKey: 'metricsHost', portKey: 'metricsPort' };
const WS_KEYS = { hostKey: 'wsHost', portKey: 'wsPort' };

export interface BrokerUrls {
  readonly mqttUrl: string;
  readonly mqttsUrl?: string;
  readonly wsUrl?: string;
  readonly metricsUrl?: string;
}
type Mutable<T> = { -readonly [Key in keyof T]: T[Key] };

export interface Broker extends Running, BrokerUrls {
  /** Those of the broker itself that hold now. */
  readonly alarms: () => readonly ToldAlarm[];
  /** One line for who started it. */
  readonly ready: string;
  readonly counts: BrokerCounts;
}

/**
 * What keeps Aedes bounded: a reader that stalls freezes everybody for `drainTimeout`, no longer.
 * Its persistence stays in memory: with a slower one it withholds QoS 1 messages.
 */
const aedesLimits = {
  drainTimeout: 1_000,
  maxTopicLevels: 8,
  maxInflightInbound: 64,
  queueLimit: 16,
  concurrency: 100,
  maxClientsIdLength: 40,
} satisfies AedesOptions;

/** What the configuration points at; throws ConfigError where it is not there or wrong. */
export function readBrokerFiles(config: BrokerConfig) {
  const problems = configProblems(config);
  if (problems.length > 0) throw new ConfigError(problems);
  const certificateFiles = certificateFilesOf(config);
  const tls = certificateFiles && {
    files: certificateFiles,
    certificate: readCertificate(certificateFiles),
  };
  const file = config.anonymous ? undefined : config.credentialsFile;
  const credentials = file === undefined ? new Map() : readCredentials(file);
  const site = config.siteId ?? readSiteFolder(config.siteFolder ?? '').header.site;
  return { file, credentials, site, tls };
}

/** Throws ConfigError, or UnavailableError when a port is taken. */
export async function startBroker(
  config: BrokerConfig,
  tools: { readonly clock: Clock; readonly log: Log },
): Promise<Broker> {
  const { log } = tools;
  const { file, credentials, site, tls } = readBrokerFiles(config);
  const tally = { connects: 0, publishes: 0, keepaliveTimeouts: 0, brokenOff: 0 };
  const doors = new Doors(config);
  const gate = new Gate({ ...config, site }, credentials, doors, tools);
  const visits = new WeakMap<Client, Visit>();
  const aedes = await Aedes.createBroker({
    ...aedesLimits,
    connectTimeout: config.connectTimeoutMs,
    keepaliveLimit: config.keepaliveLimitS,
    ...hooksOf(gate, visits, tally),
  });
  listenToClients(aedes, { gate, visits, tally, log, keepaliveLimitS: config.keepaliveLimitS });

  /** A connection whose handshake (TLS, WebSocket) is still to come is held to the same limits as any other. */
  function knock(socket: Socket): (() => void) | undefined {
    const source = sourceOf(socket.remoteAddress);
    const door = { source, spoke: false, shut: () => void socket.destroy() };
    const { refused, evicted } = doors.enter(door);
    for (const reason of evicted) gate.refusals.add(reason, { source, evicted: true });
    if (refused) gate.refusals.add(refused, { source });
    return refused ? undefined : () => doors.leave(door);
  }

  function come({ stream, socket, certified }: Incoming): void {
    const guard = openPacketGuard(config);
    const source = sourceOf(socket.remoteAddress);
    const visit: Visit = {
      source,
      certified,
      guard,
      door: {
        source,
        get spoke() {
          return visit.asked !== undefined;
        },
        shut: () => stream.destroy(),
      },
      end: () => stream.destroy(),
      asked: undefined,
      holder: undefined,
      pace: undefined,
      gone: false,
      rights: new Map(),
      filters: new Set(),
    };
    const { refused, evicted } = doors.enter(visit.door);
    for (const reason of evicted) gate.refusals.add(reason, { source, evicted: true });
    if (refused) {
      gate.refusals.add(refused, { source });
      stream.destroy();
      return;
    }
    guardReads(stream, guard, (reason) => {
      gate.refusals.add(reason, { source, client: visit.holder?.id });
    });
    stream.once('close', () => gate.left(visit));
    visits.set(aedes.handle(stream), visit);
  }

  const listeners: Pick<Listener, 'url' | 'close'>[] = [];
  const closing: { close(): void }[] = [];
  let certificate: CertificateWatch | undefined;
  const watch = watchBroker(
    () => ({
      refused: gate.refusals.counts,
      throttled: gate.throttled,
      cloned: gate.cloned,
      publishPerS: config.publishPerS,
      certificate: tls && {
        file: tls.files.certFile,
        expiresAt: certificate?.expiresAt ?? tls.certificate.expiresAt,
      },
    }),
    tools,
  );
  closing.push(watch);

  async function close(): Promise<void> {
    for (const each of closing.splice(0)) each.close();
    const closed = listeners.splice(0).map((listener) => listener.close());
    await new Promise<void>((resolve) => {
      aedes.close(resolve);
    });
    doors.shutAll();
    await Promise.all(closed);
  }

  function keep<L extends Pick<Listener, 'url' | 'close'>>(listener: L): L {
    listeners.push(listener);
    return listener;
  }

  async function listen(): Promise<BrokerUrls> {
    const { mqttHost, mqttPort, mqttsHost, mqttsPort, wsHost, wsPort } = config;
    const { metricsHost, metricsPort } = config;
    if (file) closing.push(watchCredentials(file, log, (now) => gate.replaceCredentials(now)));
    const at = { host: mqttHost, port: mqttPort, ...MQTT_KEYS, log };
    const plain = keep(await listenTcp(at, come));
    const urls: Mutable<BrokerUrls> = { mqttUrl: plain.url };
    if (tls) {
      const secure = keep(
        await listenTls(
          { host: mqttsHost, port: mqttsPort, ...TLS_KEYS, log },
          {
            context: tls.certificate.context,
            clientCertificates: config.clientCaFile !== undefined,
            handshakeTimeoutMs: config.connectTimeoutMs,
            knock,
            failed: ({ remoteAddress }, detail) =>
              gate.refusals.add('tls_handshake', { source: sourceOf(remoteAddress), detail }),
          },
          come,
        ),
      );
      urls.mqttsUrl = secure.url;
      certificate = watchCertificate(tls.files, tls.certificate, log, ({ context }) =>
        secure.renew(context),
      );
      closing.push(certificate);
    }
    if (wsPort !== undefined) {
      const wsAt = { host: wsHost, port: wsPort, ...WS_KEYS, log };
      urls.wsUrl = keep(await listenWs(wsAt, config, knock, come)).url;
    }
    if (metricsPort !== undefined) {
      const metricsAt = { host: metricsHost, port: metricsPort, ...METRICS_KEYS };
      const measured = {
        counts: () => ({ ...countsNow(doors, gate, tally) }),
        watch,
        certificateExpiresAt: () => certificate?.expiresAt,
      };
      urls.metricsUrl = keep(await listenMetrics(metricsAt, measured, log)).url;
    }
    return urls;
  }

  let urls: BrokerUrls;
  try {
    urls = await listen();
  } catch (error) {
    await close();
    throw error;
  }
  log.info({ ...urls, site }, 'broker.listener.ready');
  return {
    ...urls,
    ready: `broker ready at ${Object.values(urls).join(' and ')}`,
    alarms: watch.alarms,
    get counts() {
      return countsNow(doors, gate, tally);
    },
    close,
  };
}
