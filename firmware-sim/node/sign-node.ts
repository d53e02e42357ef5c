import { EXCEPTION, FC } from '#contract/modbus.ts';
import type { Request, Response } from '#contract/modbus.ts';
import { shownInRegisters } from '#contract/sign-registers.ts';
import type { ModbusSignProperties } from '#contract/site-sign.ts';

/**
 * A display on a Modbus line: holding registers that are written to, and an expiry in seconds that
 * it counts down by its own clock; at zero it is dark, whatever the registers say. Dark, too, from
 * power-on until it is first written to. All instants by the monotonic clock.
 */
export class SignNode {
  readonly #properties: ModbusSignProperties;
  readonly #registers = new Map<number, number>();
  #expiresAt = Number.NEGATIVE_INFINITY;

  constructor(properties: ModbusSignProperties) {
    this.#properties = properties;
    for (const { number, word } of properties.rows) {
      this.#registers.set(number, 0).set(word, 0);
    }
    this.#registers.set(properties.expirySeconds, 0);
  }

  hear(request: Request, at: number): Response | undefined {
    const { address, fc } = request;
    if (address !== this.#properties.address) return undefined;
    switch (request.fc) {
      case FC.writeOne:
        return this.#write(request.register, [request.value], at)
          ? { kind: 'written', address, fc, register: request.register, value: request.value }
          : refusal(address, fc, EXCEPTION.illegalAddress);
      case FC.writeMany:
        return this.#write(request.register, request.values, at)
          ? {
              kind: 'written',
              address,
              fc,
              register: request.register,
              value: request.values.length,
            }
          : refusal(address, fc, EXCEPTION.illegalAddress);
      case FC.readHolding:
        return this.#read(request.register, request.count, address, at);
      case FC.readInput:
      case FC.readWriteMany:
        return refusal(address, fc, EXCEPTION.illegalFunction);
    }
  }

  refuse(address: number, fc: number, why: 'function' | 'value'): Response | undefined {
    if (address !== this.#properties.address) return undefined;
    return refusal(
      address,
      fc,
      why === 'function' ? EXCEPTION.illegalFunction : EXCEPTION.illegalValue,
    );
  }

  /** What a person sees, row by row. */
  shown(at: number): string[] {
    const isDark = at >= this.#expiresAt;
    return this.#properties.rows.map((_, row) =>
      isDark
        ? 'blank'
        : (shownInRegisters(this.#properties, row, (r) => this.#valueOf(r, at)) ?? '?'),
    );
  }

  #write(from: number, values: readonly number[], at: number): boolean {
    if (!values.every((_, offset) => this.#registers.has(from + offset))) return false;
    for (const [offset, value] of values.entries()) {
      const register = from + offset;
      this.#registers.set(register, value);
      if (register === this.#properties.expirySeconds) this.#expiresAt = at + 1_000 * value;
    }
    return true;
  }

  #read(from: number, count: number, address: number, at: number): Response {
    const view = new DataView(new ArrayBuffer(2 * count));
    for (let offset = 0; offset < count; offset += 1) {
      if (!this.#registers.has(from + offset)) {
        return refusal(address, FC.readHolding, EXCEPTION.illegalAddress);
      }
      view.setUint16(2 * offset, this.#valueOf(from + offset, at));
    }
    return { kind: 'registers', address, fc: FC.readHolding, data: new Uint8Array(view.buffer) };
  }

  /** The expiry reads as what is left of it. */
  #valueOf(register: number, at: number): number {
    if (register !== this.#properties.expirySeconds) return this.#registers.get(register) ?? 0;
    return Math.max(0, Math.ceil((this.#expiresAt - at) / 1_000));
  }
}

const refusal = (address: number, fc: number, exception: number): Response => ({
  kind: 'exception',
  address,
  fc,
  exception,
});
