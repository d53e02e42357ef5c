import { Aedes } from 'aedes';
import type { AedesOptions, Client } from 'aedes';
import type { Socket } from 'node:net';
import type { Clock } from '#runtime/clock.ts';
import { readCredentials } from '#runtime/credentials.ts';
import { ConfigError } from '#runtime/errors.ts';
import type { Log } from '#runtime/log.ts';
import type { Running } from '#runtime/main.ts';
import { readSiteFolder } from '#runtime/site-folder.ts';
import { certificateFilesOf, readCertificate, watchCertificate } from './certificate.ts';
import { configProblems } from './config.ts';
import type { BrokerConfig } from './config.ts';
import { watchCredentials } from './credential-watch.ts';
import { Doors, sourceOf } from './doors.ts';
import { Gate } from './gate.ts';
import type { BrokerRefusal } from './gate.ts';
import { hooksOf, listenToClients } from './hooks.ts';
import { listenTcp, listenTls, listenWs } from './listeners.ts';
import type { Incoming, Listener } from './listeners.ts';
import { guardReads, openPacketGuard } from './packet-guard.ts';
import type { Visit } from './visit.ts';

const MQTT_KEYS = { hostKey: 'mqttHost', portKey: 'mqttPort' };
const TLS_KEYS = { hostKey: 'mqttsHost', portKey: 'mqttsPort' };
const WS_KEYS = { hostKey: 'wsHost', portKey: 'wsPort' };

export interface BrokerCounts {
  /** Open connections, let in or not. */
  readonly connections: number;
  readonly clients: number;
  readonly retained: number;
  /** Clients that were let in and messages that were let through, since the start. */
  readonly connects: number;
  readonly publishes: number;
  /** Sessions that a newer one of the same id ended. */
  readonly takeovers: number;
  readonly keepaliveTimeouts: number;
  /** Connections that ended by an error of theirs or of the network. */
  readonly brokenOff: number;
  readonly refused: Readonly<Record<BrokerRefusal, number>>;
}

export interface Broker extends Running {
  readonly mqttUrl: string;
  readonly mqttsUrl?: string;
  readonly wsUrl?: string;
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

  /** A connection whose TLS handshake is still to come is held to the same limits as any other. */
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

  const listeners: Listener[] = [];
  const watches: { close(): void }[] = [];
  async function close(): Promise<void> {
    for (const watch of watches.splice(0)) watch.close();
    const closed = listeners.splice(0).map((listener) => listener.close());
    await new Promise<void>((resolve) => {
      aedes.close(resolve);
    });
    doors.shutAll();
    await Promise.all(closed);
  }

  async function listen(): Promise<{ mqttUrl: string; mqttsUrl?: string; wsUrl?: string }> {
    const { mqttHost, mqttPort, mqttsHost, mqttsPort, wsHost, wsPort } = config;
    if (file) watches.push(watchCredentials(file, log, (now) => gate.replaceCredentials(now)));
    const plain = await listenTcp({ host: mqttHost, port: mqttPort, ...MQTT_KEYS, log }, come);
    listeners.push(plain);
    const urls: { mqttUrl: string; mqttsUrl?: string; wsUrl?: string } = { mqttUrl: plain.url };
    if (tls) {
      const { context } = tls.certificate;
      const secure = await listenTls(
        { host: mqttsHost, port: mqttsPort, ...TLS_KEYS, log },
        {
          context,
          clientCertificates: config.clientCaFile !== undefined,
          handshakeTimeoutMs: config.connectTimeoutMs,
          knock,
          failed: ({ remoteAddress }, reason) =>
            gate.refusals.add('tls_handshake', { source: sourceOf(remoteAddress), detail: reason }),
        },
        come,
      );
      listeners.push(secure);
      urls.mqttsUrl = secure.url;
      watches.push(
        watchCertificate(tls.files, tls.certificate, tools, (renewed) =>
          secure.renew(renewed.context),
        ),
      );
    }
    if (wsPort !== undefined) {
      const ws = await listenWs({ host: wsHost, port: wsPort, ...WS_KEYS, log }, config, come);
      listeners.push(ws);
      urls.wsUrl = ws.url;
    }
    return urls;
  }

  let urls: Awaited<ReturnType<typeof listen>>;
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
    counts: {
      get connections() {
        return doors.size;
      },
      get clients() {
        return gate.clients;
      },
      get retained() {
        return gate.retained;
      },
      get connects() {
        return tally.connects;
      },
      get publishes() {
        return tally.publishes;
      },
      get takeovers() {
        return gate.takeovers;
      },
      get keepaliveTimeouts() {
        return tally.keepaliveTimeouts;
      },
      get brokenOff() {
        return tally.brokenOff;
      },
      refused: gate.refusals.counts,
    },
    close,
  };
}
