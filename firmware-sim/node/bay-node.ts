import { BROADCAST, EXCEPTION, FC, MAX_READ_REGISTERS } from '#contract/modbus.ts';
import type { Request, Response } from '#contract/modbus.ts';
import { linkOfConfig } from '#contract/node-config.ts';
import type { Link } from '#contract/node-config.ts';
import {
  COMMAND,
  COMMIT,
  configBlock,
  KEEP_QUIET,
  MOST_PING_GROUPS,
  RESET_CAUSE,
  RING_KIND,
  TAKE_ADDRESS,
} from '#contract/registers.ts';
import type { ConfigRegisters } from '#contract/registers.ts';
import type { Uid } from '#contract/uid-search.ts';
import { EventRing } from './event-ring.ts';
import type { SensorFault } from './fault-kinds.ts';
import { FaultySenses } from './faulty-senses.ts';
import { OwnThreshold } from './own-threshold.ts';
import type { OwnChange } from './own-threshold.ts';
import { answerToSearch, namesAnother } from './named-node.ts';
import { readableBlocks } from './registers-of-node.ts';
import type { NodeState } from './registers-of-node.ts';
import { Sampler } from './sampler.ts';
import type { Senses } from './senses.ts';
import { StagedConfig } from './staged-config.ts';

const BOOT_MS = 300;
const CALIBRATION_MS = 3_000;
const LOCATE_MS = 60_000;
const DAY_MS = 86_400_000;
const MOST_RESETS_KNOWN = 1_000;

/**
 * A bay node that speaks PBN-1. It has no timer: all that it would have done since it was last
 * asked follows from the instants at which it is asked. All instants by the monotonic clock.
 */
export class BayNode {
  readonly uid: Uid;
  readonly #senses: FaultySenses;
  readonly #link: Link;
  readonly #config: StagedConfig;
  readonly #ring = new EventRing();
  readonly #own: OwnThreshold;
  #sampler: Sampler;
  #startedAt: number;
  #resetCause: number;
  #resets: number[];
  #resetsTotal = 1;
  #isResetKnown = false;
  #calibratingUntil = 0;
  #locatingUntil = 0;
  #isSelfTested = false;
  #crcErrors = 0;
  #framingErrors = 0;
  #supplyMinMv = 0xffff;
  #temperatureMaxC = -273;
  #frozenAt: number | undefined;
  #strayAddress: number | undefined;
  /** Out of searches until then. */
  #quietUntil = Number.NEGATIVE_INFINITY;

  /** Powered on at `at`; `seq` is the number of its first sample. */
  constructor(options: {
    readonly uid: Uid;
    readonly config: ConfigRegisters;
    readonly link: Link;
    readonly senses: Senses;
    readonly at: number;
    readonly seq?: number;
    readonly resetCause?: number;
  }) {
    const { config, senses, at } = options;
    this.uid = options.uid;
    this.#link = options.link;
    this.#senses = new FaultySenses(senses);
    this.#config = new StagedConfig(config);
    this.#startedAt = at;
    this.#resets = [at];
    this.#resetCause = options.resetCause ?? RESET_CAUSE.powerOn;
    this.#sampler = new Sampler(this.#senses, config.samplePeriodMs, at, options.seq);
    this.#own = new OwnThreshold(senses.settledDistanceMm(at), config);
  }

  /** What the node answers to a request on its line; undefined when it keeps silent. */
  hear(request: Request, at: number): Response | undefined {
    if (!this.#isListening(at)) return undefined;
    const { address, fc } = request;
    if (address === BROADCAST) {
      this.#obey(request, at);
      return undefined;
    }
    if (address !== this.#address || namesAnother(request, this.uid)) return undefined;
    if (request.fc === FC.readWriteMany) {
      return at < this.#quietUntil ? undefined : answerToSearch(request, this.uid);
    }
    if ('count' in request) return this.#read(request, at);
    const exception = this.#obey(request, at);
    if (exception !== undefined) return { kind: 'exception', address, fc, exception };
    const value = 'value' in request ? request.value : request.values.length;
    return { kind: 'written', address, fc, register: request.register, value };
  }

  /** A whole frame that is no request of PBN-1. */
  refuse(address: number, fc: number, why: 'function' | 'value', at: number): Response | undefined {
    if (!this.#isListening(at) || address !== this.#address) return undefined;
    const exception = why === 'function' ? EXCEPTION.illegalFunction : EXCEPTION.illegalValue;
    return { kind: 'exception', address, fc, exception };
  }

  /** Bytes on the line that were no frame. */
  hearBroken(at: number): void {
    if (this.#isListening(at)) this.#crcErrors += 1;
  }

  /** Something changed at the bay. */
  hearWorld(at: number): void {
    this.#note(this.#own.hear(this.#senses.settledDistanceMm(at), at, this.#config.active));
  }

  isLocating(at: number): boolean {
    return at < this.#locatingUntil;
  }

  /** Something is wrong from now on, or happens now; `address`: what a stray node listens to. */
  fail(fault: Exclude<SensorFault, 'silent'>, at: number, address: number): void {
    switch (fault) {
      case 'stuck-value':
        this.#senses.hold(at);
        return;
      case 'stuck-firmware':
        this.#frozenAt = at;
        return;
      case 'supply-low':
        this.#senses.isSupplyLow = true;
        return;
      case 'wrong-address':
      case 'duplicate-address':
        this.#strayAddress = address;
        return;
      case 'brown-out':
        this.#reset(RESET_CAUSE.brownOut, at);
        return;
      case 'reboot':
        this.#reset(RESET_CAUSE.watchdog, at);
    }
  }

  /** All that was wrong is right again. */
  mend(): void {
    this.#senses.mend();
    this.#frozenAt = undefined;
    this.#strayAddress = undefined;
  }

  get #address(): number {
    return this.#strayAddress ?? this.#config.active.address;
  }

  /** Powered, and set as the line is set. */
  #isListening(at: number): boolean {
    this.#settleConfig(at);
    if (at < this.#startedAt) return false;
    const { baud, parity } = linkOfConfig(this.#config.active);
    if (baud === this.#link.baud && parity === this.#link.parity) return true;
    this.#framingErrors += 1;
    return false;
  }

  #settleConfig(at: number): void {
    if (!this.#config.isOnTrial) return;
    this.#config.settle(at);
    if (!this.#config.isOnTrial) this.#useConfig(at);
  }

  #useConfig(at: number): void {
    this.#sampler.setPeriod(this.#config.active.samplePeriodMs, at);
    this.hearWorld(at);
  }

  #read(
    { address, fc, register, count }: Extract<Request, { readonly count: number }>,
    at: number,
  ): Response {
    const refused = (exception: number): Response => ({
      kind: 'exception',
      address,
      fc,
      exception,
    });
    if (count < 1 || count > MAX_READ_REGISTERS) return refused(EXCEPTION.illegalValue);
    const block = readableBlocks.find(
      (each) =>
        each.fc === fc &&
        register >= each.register &&
        register + count <= each.register + each.count,
    );
    if (block === undefined) return refused(EXCEPTION.illegalAddress);
    const from = 2 * (register - block.register);
    const data = block.bytes(this.#state(at)).subarray(from, from + 2 * count);
    return { kind: 'registers', address, fc, data };
  }

  /** Does what a write asks; the exception when it cannot be done. */
  #obey(request: Request, at: number): number | undefined {
    if ('count' in request) return undefined;
    const { register } = request;
    const isBroadcast = request.address === BROADCAST;
    if ('value' in request && register === COMMAND.register) {
      if (isBroadcast && !isForAll(request.value)) return undefined;
      return this.#command(request.value, at);
    }
    if ('values' in request && register === TAKE_ADDRESS.register) {
      return namesAnother(request, this.uid) ? undefined : this.#takeAddress(request.values);
    }
    if (isBroadcast) return undefined;
    if ('values' in request && register === KEEP_QUIET.register) {
      if (request.values.length !== KEEP_QUIET.count) return EXCEPTION.illegalValue;
      this.#quietUntil = at + KEEP_QUIET.forMs;
      return undefined;
    }
    if ('value' in request && register === COMMIT.register) return this.#commit(request.value, at);
    return this.#stage(register, 'value' in request ? [request.value] : request.values);
  }

  #commit(value: number, at: number): number | undefined {
    if (value !== COMMIT.value || !this.#config.commit(at)) return EXCEPTION.illegalValue;
    this.#useConfig(at);
    return undefined;
  }

  #stage(register: number, values: readonly number[]): number | undefined {
    const offset = register - configBlock.register;
    if (offset < 0 || offset + values.length > configBlock.count) return EXCEPTION.illegalAddress;
    if (values.length === 0 || !this.#config.stage(offset, values)) return EXCEPTION.illegalValue;
    return undefined;
  }

  #command(value: number, at: number): number | undefined {
    if (value >= COMMAND.triggerGroup && value < COMMAND.triggerGroup + MOST_PING_GROUPS) {
      const isMeant = value - COMMAND.triggerGroup === this.#config.active.pingGroup;
      if (isMeant) this.#sampler.trigger(at);
      return undefined;
    }
    switch (value) {
      case COMMAND.trigger:
        this.#sampler.trigger(at);
        return undefined;
      case COMMAND.calibrate:
        this.#note(this.#own.settle(at));
        if (this.#own.occupied) return EXCEPTION.busy;
        this.#calibratingUntil = at + CALIBRATION_MS;
        return undefined;
      case COMMAND.locate:
        this.#locatingUntil = at + LOCATE_MS;
        return undefined;
      case COMMAND.reboot:
        this.#reset(RESET_CAUSE.request, at);
        return undefined;
      case COMMAND.acknowledgeReset:
        this.#isResetKnown = true;
        return undefined;
      case COMMAND.selfTest:
        this.#isSelfTested = true;
        return undefined;
      case COMMAND.searchAnew:
        this.#quietUntil = Number.NEGATIVE_INFINITY;
        return undefined;
      default:
        return EXCEPTION.illegalValue;
    }
  }

  #takeAddress([address = 0, ...uid]: readonly number[]): number | undefined {
    if (uid.length !== TAKE_ADDRESS.count - 1) return EXCEPTION.illegalValue;
    if (!this.#config.takeAddress(address)) return EXCEPTION.illegalValue;
    this.#strayAddress = undefined;
    this.#quietUntil = Number.NEGATIVE_INFINITY;
    return undefined;
  }

  #reset(cause: number, at: number): void {
    this.#config.revert();
    this.#startedAt = at + BOOT_MS;
    this.#sampler = new Sampler(this.#senses, this.#config.active.samplePeriodMs, this.#startedAt);
    this.#resetCause = cause;
    this.#frozenAt = undefined;
    this.#resetsTotal += 1;
    this.#resets = [...this.#resets, at].slice(-MOST_RESETS_KNOWN);
    this.#isResetKnown = false;
    this.#calibratingUntil = 0;
    this.#locatingUntil = 0;
    this.#quietUntil = Number.NEGATIVE_INFINITY;
    this.#ring.push(RING_KIND.reset, 0, cause);
  }

  #note(change: OwnChange | undefined): void {
    if (change === undefined) return;
    const kind = change.occupied ? RING_KIND.occupied : RING_KIND.vacant;
    this.#ring.push(kind, Math.max(0, Math.round(change.at - this.#startedAt)), 0);
  }

  #state(askedAt: number): NodeState {
    const at = Math.min(askedAt, this.#frozenAt ?? askedAt);
    this.#note(this.#own.settle(at));
    const { seq, measurement } = this.#sampler.sampleAt(at);
    this.#supplyMinMv = Math.min(this.#supplyMinMv, measurement.supplyMv);
    this.#temperatureMaxC = Math.max(this.#temperatureMaxC, measurement.temperatureC);
    return {
      seq,
      measurement,
      uid: this.uid,
      ring: this.#ring,
      config: this.#config.active,
      configCrc: this.#config.crc,
      uptimeMs: Math.floor(at - this.#startedAt),
      occupied: this.#own.occupied,
      calibrating: at < this.#calibratingUntil,
      configOnTrial: this.#config.isOnTrial,
      resetUnknown: !this.#isResetKnown,
      resetCause: this.#resetCause,
      resetsTotal: this.#resetsTotal,
      resetsToday: this.#resets.filter((resetAt) => at - resetAt < DAY_MS).length,
      crcErrors: this.#crcErrors,
      framingErrors: this.#framingErrors,
      selfTested: this.#isSelfTested,
      supplyMinMv: this.#supplyMinMv,
      temperatureMaxC: this.#temperatureMaxC,
    };
  }
}

/** Commands that a broadcast may give: no node is harmed by obeying. */
function isForAll(value: number): boolean {
  return value === COMMAND.trigger || value === COMMAND.searchAnew || value >= COMMAND.triggerGroup;
}
