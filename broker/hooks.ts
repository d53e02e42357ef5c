import type { Aedes, AedesOptions, AuthenticateError, Client } from 'aedes';
import { messageOf } from '#runtime/errors.ts';
import type { Log } from '#runtime/log.ts';
import type { Gate, Turned } from './gate.ts';
import type { Visit } from './visit.ts';

/** What is counted that nobody refused. */
export interface Tally {
  connects: number;
  publishes: number;
  keepaliveTimeouts: number;
  brokenOff: number;
}

type Hooks = Required<
  Pick<AedesOptions, 'preConnect' | 'authenticate' | 'authorizePublish' | 'authorizeSubscribe'>
>;

/** The gate's decisions as Aedes asks for them. An error from `authorizePublish` ends the client. */
export function hooksOf(gate: Gate, visits: WeakMap<Client, Visit>, tally: Tally): Hooks {
  return {
    preConnect: (client, packet, done) => {
      const visit = visits.get(client);
      if (visit) {
        const { will } = packet;
        visit.asked = {
          clientId: packet.clientId,
          clean: packet.clean === true,
          keepaliveS: packet.keepalive ?? 0,
          will: will && {
            path: will.topic,
            qos: will.qos ?? 0,
            retain: will.retain === true,
            empty: will.payload.length === 0,
          },
        };
      }
      done(null, visit !== undefined);
    },
    authenticate: (client, userName, password, done) => {
      const visit = visits.get(client);
      if (visit === undefined) return done(null, false);
      void answer(gate.admit(visit, userName, password), done);
    },
    authorizePublish: (client, packet, done) => {
      const visit = client && visits.get(client);
      // Aedes asks for no client only where it finds the will of a broker that is gone: not ours.
      if (!visit) return done(new Error('no client'));
      // Only a will comes from a client that is closed.
      visit.gone ||= client.closed;
      const attempt = {
        qos: packet.qos,
        retain: packet.retain,
        empty: packet.payload.length === 0,
      };
      gate.publish(
        visit,
        packet.topic,
        attempt,
        () => {
          tally.publishes += 1;
          done(null);
        },
        (reason) => done(new Error(reason)),
      );
    },
    authorizeSubscribe: (client, subscription, done) => {
      const visit = visits.get(client);
      const granted = visit && gate.subscribe(visit, subscription.topic, subscription.qos);
      done(null, granted ? subscription : null);
    },
  };
}

async function answer(
  judged: Promise<Turned | undefined>,
  done: (error: AuthenticateError | null, success: boolean) => void,
): Promise<void> {
  let turned: Turned | undefined;
  try {
    turned = await judged;
  } catch (error) {
    return done(connackError(messageOf(error), 3), false);
  }
  done(turned ? connackError(turned.reason, turned.code) : null, turned === undefined);
}

function connackError(message: string, returnCode: number): AuthenticateError {
  return Object.assign(new Error(message), { returnCode });
}

export function listenToClients(
  aedes: Aedes,
  {
    gate,
    visits,
    tally,
    log,
    keepaliveLimitS,
  }: {
    readonly gate: Gate;
    readonly visits: WeakMap<Client, Visit>;
    readonly tally: Tally;
    readonly log: Log;
    readonly keepaliveLimitS: number;
  },
): void {
  aedes.on('clientReady', (client) => {
    tally.connects += 1;
    log.info({ client: client.id, source: visits.get(client)?.source }, 'broker.client.up');
  });
  aedes.on('clientDisconnect', (client) => log.info({ client: client.id }, 'broker.client.down'));
  aedes.on('keepaliveTimeout', () => {
    tally.keepaliveTimeouts += 1;
  });
  aedes.on('unsubscribe', (filters, client) => {
    const visit = visits.get(client);
    for (const filter of filters) visit?.filters.delete(filter);
  });
  aedes.on('clientError', (client, error) => {
    tally.brokenOff += 1;
    log.debug({ client: client.id, reason: error.message }, 'broker.client.brokenOff');
  });
  aedes.on('connectionError', (client, error) => {
    tally.brokenOff += 1;
    const visit = visits.get(client);
    log.debug({ source: visit?.source, reason: error.message }, 'broker.connection.brokenOff');
    if (visit === undefined || visit.holder !== undefined) return;
    const { asked, source } = visit;
    if (asked === undefined) gate.refusals.add('no_connect', { source });
    else if (asked.keepaliveS === 0 || asked.keepaliveS > keepaliveLimitS) {
      gate.refusals.add('keepalive', { source, keepaliveS: asked.keepaliveS });
    }
  });
  // Its typings know no 'error'; without a listener one would end the process.
  const failures: NodeJS.EventEmitter = aedes;
  failures.on('error', (error: unknown) => {
    log.error({ reason: messageOf(error) }, 'broker.aedes.failed');
  });
}
