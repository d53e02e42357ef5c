import { DISTANCE_INTERFERENCE } from '#contract/distance-frame.ts';
import {
  configBlock,
  healthBlock,
  identityBlock,
  MAP_VERSION,
  ringBlock,
  sampleBlock,
  STATUS,
} from '#contract/registers.ts';
import type { ConfigRegisters } from '#contract/registers.ts';
import type { Uid } from '#contract/uid-search.ts';
import type { EventRing } from './event-ring.ts';
import type { Measurement } from './senses.ts';

/** All that a node's registers are made of, at one instant. */
export interface NodeState {
  readonly uid: Uid;
  readonly seq: number;
  readonly uptimeMs: number;
  readonly measurement: Measurement;
  readonly occupied: boolean;
  readonly calibrating: boolean;
  readonly configOnTrial: boolean;
  readonly resetUnknown: boolean;
  readonly resetCause: number;
  readonly resetsTotal: number;
  readonly resetsToday: number;
  readonly crcErrors: number;
  readonly framingErrors: number;
  readonly selfTested: boolean;
  readonly supplyMinMv: number;
  readonly temperatureMaxC: number;
  readonly ring: EventRing;
  readonly config: ConfigRegisters;
  readonly configCrc: number;
}

interface ReadableBlock {
  readonly fc: 3 | 4;
  readonly register: number;
  readonly count: number;
  bytes(state: NodeState): Uint8Array;
}

export const IDENTITY = { vendor: 0x424a, product: 1, hardware: 1, firmware: 0x0100 } as const;

/** The blocks that may be read, whole or in part. */
export const readableBlocks: readonly ReadableBlock[] = [
  { ...placeOf(sampleBlock), bytes: sampleBytes },
  { ...placeOf(healthBlock), bytes: healthBytes },
  { ...placeOf(ringBlock), bytes: ({ ring }) => ring.bytes() },
  { ...placeOf(identityBlock), bytes: identityBytes },
  { ...placeOf(configBlock), bytes: ({ config }) => configBlock.encode(config) },
];

function placeOf({ fc, register, count }: Omit<ReadableBlock, 'bytes'>) {
  return { fc, register, count };
}

function sampleBytes(state: NodeState): Uint8Array {
  const { measurement } = state;
  const [fieldXuT, fieldYuT, fieldZuT] = measurement.fieldUt;
  return sampleBlock.encode({
    mapVersion: MAP_VERSION,
    status: statusOf(state),
    seq: state.seq,
    uptimeMs: state.uptimeMs,
    distanceMm: measurement.distanceMm,
    echoQuality: measurement.echoQuality,
    temperatureC: measurement.temperatureC,
    fieldXuT,
    fieldYuT,
    fieldZuT,
    supplyMv: measurement.supplyMv,
    ringHead: state.ring.head,
    resetCause: state.resetCause,
    errorCount: state.crcErrors + state.framingErrors,
    configCrc: state.configCrc,
  });
}

function statusOf(state: NodeState): number {
  const flags: readonly [boolean, number][] = [
    [state.occupied, STATUS.occupied],
    [state.calibrating, STATUS.calibrating],
    [state.measurement.distanceValid, STATUS.distanceValid],
    [state.measurement.magneticValid, STATUS.magneticValid],
    [state.configOnTrial, STATUS.configChanged],
    [state.resetUnknown, STATUS.resetSince],
    [state.measurement.supplyLow, STATUS.supplyLow],
    [state.measurement.distanceMm === DISTANCE_INTERFERENCE, STATUS.distanceInterference],
  ];
  return flags.reduce((status, [isSet, bit]) => (isSet ? status | bit : status), 0);
}

function healthBytes(state: NodeState): Uint8Array {
  return healthBlock.encode({
    resetsTotal: state.resetsTotal,
    resetsToday: state.resetsToday,
    crcErrors: state.crcErrors,
    framingErrors: state.framingErrors,
    overruns: 0,
    distanceSelfTest: Number(state.selfTested),
    magneticSelfTest: Number(state.selfTested),
    supplyMinMv: state.supplyMinMv,
    temperatureMaxC: state.temperatureMaxC,
    sensorRestarts: 0,
    ringHead: state.ring.head,
    spare: 0,
  });
}

function identityBytes({ uid }: NodeState): Uint8Array {
  return identityBlock.encode({
    ...IDENTITY,
    uidHigh: uid.high,
    uidMiddle: uid.middle,
    uidLow: uid.low,
  });
}
