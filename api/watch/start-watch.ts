import { causeText } from '#contract/alarm-causes.ts';
import type { AlarmName, ToldAlarm } from '#contract/alarms.ts';
import { AlarmBoard } from '#runtime/alarm-board.ts';
import type { Condition } from '#runtime/alarm-board.ts';
import type { Clock } from '#runtime/clock.ts';
import { messageOf } from '#runtime/errors.ts';
import { diskConditions } from '#runtime/disk-space.ts';
import type { Log } from '#runtime/log.ts';
import type { Running } from '#runtime/main.ts';
import type { GatewayId } from '#contract/ids.ts';
import type { HistoryReader } from '../history/history.ts';
import type { IngestCounts } from '../ingest/ingest-counts.ts';
import type { AlarmBook } from '../alarms/alarm-book.ts';
import type { SensorHealthReader } from '../state/sensor-health.ts';
import { sensorConditions } from './sensor-conditions.ts';
import type { GatewayStatusReader } from '../state/gateway-status.ts';
import type { Quarantined } from '../state/quarantine.ts';
import { certificateConditions, shownCertificateConditions } from './certificates.ts';
import { ConditionMemory } from './conditions.ts';
import { Readiness } from './readiness.ts';
import type { Check } from './readiness.ts';

/** An alarm that holds now, and whose it is; null: this api's own. */
export type ActiveAlarm = ToldAlarm & { readonly gateway: GatewayId | null };

/** What operators, /metrics and /readyz ask about the system itself. */
export interface SystemWatchReader {
  readonly checks: () => readonly Check[];
  readonly brokerConnected: () => boolean;
  readonly alarms: () => readonly ActiveAlarm[];
  /** By alarm: how often this api raised it since its start. */
  readonly raised: () => ReadonlyMap<AlarmName, number>;
}

export interface WatchOptions {
  readonly dataFolder: string;
  /** PEM files whose end is watched. */
  readonly certificateFiles: readonly string[];
  readonly brokerConnected: () => boolean;
  readonly logFailing: () => boolean;
  readonly lastPosition: () => number;
  readonly ingest: () => IngestCounts;
  readonly gateways: Pick<GatewayStatusReader, 'all'>;
  readonly sensors: Pick<SensorHealthReader, 'all'>;
  readonly alarmBook: Pick<AlarmBook, 'look'>;
  readonly quarantined: () => readonly Quarantined[];
  /** Of the broker as its TLS shows it, epoch milliseconds; undefined: no TLS, or not met yet. */
  readonly brokerCertificateExpiresAt: () => number | undefined;
  readonly history: Pick<HistoryReader, 'status'>;
  readonly clock: Clock;
  readonly log: Log;
}

const LOOK_EVERY_MS = 1_000;
/** Certificates and disks change slowly, and asking costs a system call each. */
const SLOW_LOOK_EVERY_MS = 60_000;
/** A city has a hundred thousand sensors. */
const SENSORS_LOOK_EVERY_MS = 5_000;
const STALLED_MS = 10_000;

/** Looks once a second at what must hold, raises and clears alarms, and knows whether we are ready. */
export function startWatch(options: WatchOptions): SystemWatchReader & Running {
  const { gateways, history, clock, log } = options;
  const board = new AlarmBoard({ clock, log });
  const memory = new ConditionMemory();
  const readiness = new Readiness(
    { ...options, ingestStalled, history: () => history.status() },
    clock,
  );
  let slow: readonly Condition[] = [];
  let slowAtMs = Number.NEGATIVE_INFINITY;
  let ofSensors: readonly Condition[] = [];
  let sensorsAtMs = Number.NEGATIVE_INFINITY;
  let bookFails = false;
  let taken = 0;
  let movedAtMs = clock.monoMs();

  function ingestStalled(): string | undefined {
    const { queueLength, queueTaken } = options.ingest();
    const now = clock.monoMs();
    if (queueLength === 0 || queueTaken !== taken) {
      taken = queueTaken;
      movedAtMs = now;
      return undefined;
    }
    const stoodMs = now - movedAtMs;
    if (stoodMs < STALLED_MS) return undefined;
    return causeText('ingestStalled', {
      count: queueLength,
      seconds: Math.round(stoodMs / 1_000),
    });
  }

  function look(): void {
    const monoMs = clock.monoMs();
    if (monoMs - slowAtMs >= SLOW_LOOK_EVERY_MS) {
      slowAtMs = monoMs;
      slow = [
        ...diskConditions(options.dataFolder),
        ...certificateConditions(options.certificateFiles, clock.wallMs()),
        ...shownCertificateConditions(options.brokerCertificateExpiresAt(), clock.wallMs()),
      ];
    }
    if (monoMs - sensorsAtMs >= SENSORS_LOOK_EVERY_MS) {
      sensorsAtMs = monoMs;
      ofSensors = sensorConditions(options.sensors.all());
    }
    const { deadLetters, lost, commitFailures } = options.ingest();
    const conditions = memory.conditionsOf({
      monoMs,
      brokerConnected: options.brokerConnected(),
      logFailing: options.logFailing()
        ? causeText('commitsFailed', { count: commitFailures })
        : undefined,
      ingestStalled: ingestStalled(),
      gateways: gateways.all(),
      quarantined: options.quarantined(),
      history: history.status(),
      deadLetters: Object.values(deadLetters).reduce((sum, count) => sum + count, 0),
      lost,
    });
    board.look([...conditions, ...slow, ...ofSensors]);
    writeDown();
    readiness.checks();
  }

  function active(): readonly ActiveAlarm[] {
    return [
      ...board.active().map((alarm) => ({ ...alarm, gateway: null })),
      ...gateways.all().flatMap(({ gateway, state, last }) =>
        // Of one that is gone nobody knows.
        state === 'online' ? (last?.alarms ?? []).map((alarm) => ({ ...alarm, gateway })) : [],
      ),
    ];
  }

  /** A full disk is an alarm itself: it must not end the looking. */
  function writeDown(): void {
    try {
      options.alarmBook.look(active());
      bookFails = false;
    } catch (error) {
      if (!bookFails) log.error({ reason: messageOf(error) }, 'alarm.book.failed');
      bookFails = true;
    }
  }

  const timer = setInterval(look, LOOK_EVERY_MS);
  look();
  return {
    checks: () => readiness.checks(),
    brokerConnected: options.brokerConnected,
    alarms: active,
    raised: () => board.raised(),
    close: async () => clearInterval(timer),
  };
}
