import type { HealthReason, HealthState, SensorCounters } from '#contract/health.ts';
import type { SensorsAnswer } from '#contract/http.ts';
import type { BayId, GatewayId, LineId, LotId, SensorId } from '#contract/ids.ts';
import type { LineStatus } from '#contract/messages.ts';
import type { SensorTrendAnswer } from '#contract/sensor-trend.ts';
import { finite, flag, id, list, natural, nullable, oneOf, shape, text } from '../../wire/read.ts';
import type { Reader } from '../../wire/read.ts';

/** The worst first, as a list of sensors is read. */
export const STATES = [
  'faulty',
  'offline',
  'degraded',
  'maintenance',
  'ok',
] as const satisfies readonly HealthState[];

const state: Reader<HealthState> = oneOf(STATES);

const counters: Reader<SensorCounters> = shape({
  frames: natural,
  misses: natural,
  crcErrors: natural,
  resets: natural,
  supplyMv: nullable(natural),
  temperatureC: nullable(finite),
  lastSeq: nullable(natural),
});

export const sensorsAnswer: Reader<SensorsAnswer> = shape({
  simulated: flag,
  at: text,
  sensors: list(
    shape({
      sensor: id<SensorId>(),
      bay: id<BayId>(),
      lot: nullable(id<LotId>()),
      gateway: id<GatewayId>(),
      line: id<LineId>(),
      state,
      reasons: list(text as Reader<HealthReason>),
      since: nullable(text),
      counters: nullable(counters),
      toldAt: nullable(text),
    }),
  ),
});
export type SensorNow = SensorsAnswer['sensors'][number];

const line: Reader<LineStatus> = shape({
  line: id<LineId>(),
  state: oneOf(['open', 'absent', 'silent']),
  since: natural,
  sensors: natural,
  answering: natural,
  framesHeard: natural,
  framesBad: natural,
  bytesDiscarded: natural,
  timeouts: natural,
  lateAnswers: natural,
  retries: natural,
  reopened: natural,
});

/** What the page reads of a gateway's own status. */
export interface GatewayNow {
  readonly gateway: GatewayId;
  readonly state: 'online' | 'offline' | 'unheard';
  readonly heardAt: string | null;
  readonly last: {
    readonly software: string;
    readonly unsettled: number;
    readonly startedAt: number;
    readonly lines: readonly LineStatus[];
  } | null;
}

export const gatewaysAnswer: Reader<{ readonly gateways: readonly GatewayNow[] }> = shape({
  gateways: list(
    shape({
      gateway: id<GatewayId>(),
      state: oneOf(['online', 'offline', 'unheard']),
      heardAt: nullable(text),
      last: nullable(
        shape({ software: text, unsettled: natural, startedAt: natural, lines: list(line) }),
      ),
    }),
  ),
});

export const trendAnswer: Reader<SensorTrendAnswer> = shape({
  simulated: flag,
  at: text,
  sensor: id<SensorId>(),
  from: text,
  stepMinutes: natural,
  steps: list(shape({ errorsPerThousand: nullable(finite), worst: nullable(state) })),
});
