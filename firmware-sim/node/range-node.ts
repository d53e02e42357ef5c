import { BROADCAST, EXCEPTION, FC } from '#contract/modbus.ts';
import type { Request, Response } from '#contract/modbus.ts';
import { encodeRange, rangeMaps, URM_CONTROL } from '#contract/range-registers.ts';
import type { ModbusRangeKind } from '#contract/sensor-kind.ts';
import { Sampler } from './sampler.ts';
import { FaultySenses } from './faulty-senses.ts';
import type { Measurement, Senses } from './senses.ts';

const PERIOD_MS = 100;

/**
 * A range finder for sale on a Modbus line. A URM leaves the shop waiting for its trigger, and
 * knows no distance before it is told to measure. All instants by the monotonic clock.
 */
export class RangeNode {
  readonly #kind: ModbusRangeKind;
  #address: number;
  readonly #senses: FaultySenses;
  readonly #sampler: Sampler;
  #control: number = URM_CONTROL.passive;
  #triggered: Measurement | undefined;

  constructor(options: {
    readonly kind: ModbusRangeKind;
    readonly address: number;
    readonly senses: Senses;
    readonly at: number;
  }) {
    this.#kind = options.kind;
    this.#address = options.address;
    this.#senses = new FaultySenses(options.senses);
    this.#sampler = new Sampler(this.#senses, PERIOD_MS, options.at);
  }

  /** Says from now on what it says now. */
  stick(at: number): void {
    this.#senses.hold(at);
  }

  mend(): void {
    this.#senses.mend();
  }

  /** What the sensor answers to a request on its line; undefined when it keeps silent. */
  hear(request: Request, at: number): Response | undefined {
    const { address, fc, register } = request;
    if (address === BROADCAST || address !== this.#address) return undefined;
    const refused = (exception: number): Response => ({
      kind: 'exception',
      address,
      fc,
      exception,
    });
    if (fc === FC.readHolding) {
      const data = this.#read(register, request.count, at);
      return data ? { kind: 'registers', address, fc, data } : refused(EXCEPTION.illegalAddress);
    }
    if (fc !== FC.writeOne) return refused(EXCEPTION.illegalFunction);
    const { value } = request;
    const map = rangeMaps[this.#kind];
    if (register === map.address) {
      if (value < 1 || value > 247) return refused(EXCEPTION.illegalValue);
      this.#address = value;
    } else if (register === map.control) this.#setControl(value, at);
    else return refused(EXCEPTION.illegalAddress);
    return { kind: 'written', address, fc, register, value };
  }

  /** A whole frame that is no request that it knows. */
  refuse(address: number, fc: number, why: 'function' | 'value'): Response | undefined {
    if (address !== this.#address) return undefined;
    const exception = why === 'function' ? EXCEPTION.illegalFunction : EXCEPTION.illegalValue;
    return { kind: 'exception', address, fc, exception };
  }

  #read(from: number, count: number, at: number): Uint8Array | undefined {
    const { measurement } = this.#sampler.sampleAt(at);
    const seen = this.#isPassive ? this.#triggered : measurement;
    const registers = encodeRange(this.#kind, {
      address: this.#address,
      distanceMm: seen?.distanceValid === true ? seen.distanceMm : undefined,
      temperatureC: measurement.temperatureC,
      control: this.#control,
    });
    const view = new DataView(new ArrayBuffer(2 * count));
    for (let offset = 0; offset < count; offset += 1) {
      const value = registers.get(from + offset);
      if (value === undefined) return undefined;
      view.setUint16(2 * offset, value);
    }
    return new Uint8Array(view.buffer);
  }

  get #isPassive(): boolean {
    return rangeMaps[this.#kind].control !== undefined && (this.#control & URM_CONTROL.passive) > 0;
  }

  #setControl(value: number, at: number): void {
    this.#control = value & ~URM_CONTROL.trigger;
    if ((value & URM_CONTROL.trigger) === 0) return;
    this.#sampler.trigger(at);
    this.#triggered = this.#sampler.sampleAt(at).measurement;
  }
}
