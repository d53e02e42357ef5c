import { FC } from './modbus.ts';
import type { Request } from './modbus.ts';
import { SEARCH } from './registers.ts';

/** 96 bits that no other node has, as three unsigned 32-bit words. */
export interface Uid {
  readonly high: number;
  readonly middle: number;
  readonly low: number;
}

/** The UIDs whose first `bits` bits (0 to 96) are those of `uid`; all its other bits are 0. */
export interface UidPrefix {
  readonly bits: number;
  readonly uid: Uid;
}

export const ANY_UID: UidPrefix = { bits: 0, uid: { high: 0, middle: 0, low: 0 } };

/** As it is written on a sheet and on a command line: 24 hexadecimal digits in groups of four. */
export function uidText(uid: Uid): string {
  return uidWords(uid)
    .map((word) => word.toString(16).padStart(4, '0').toUpperCase())
    .join('-');
}

/** 24 hexadecimal digits, however they are grouped; undefined when they are not. */
export function parseUid(text: string): Uid | undefined {
  const digits = text.replaceAll(/[-: ]/g, '');
  if (!/^[0-9a-f]{24}$/i.test(digits)) return undefined;
  const word = (at: number) => Number.parseInt(digits.slice(8 * at, 8 * at + 8), 16);
  return { high: word(0), middle: word(1), low: word(2) };
}

/** In six registers, the high one first. */
export function uidWords({ high, middle, low }: Uid): number[] {
  return [high, middle, low].flatMap((part) => [part >>> 16, part & 0xffff]);
}

/** Of six registers. */
export function uidOfWords(words: readonly number[]): Uid {
  const part = (at: number) => (words[at] ?? 0) * 0x1_0000 + (words[at + 1] ?? 0);
  return { high: part(0), middle: part(2), low: part(4) };
}

export function isSameUid(a: Uid, b: Uid): boolean {
  return a.high === b.high && a.middle === b.middle && a.low === b.low;
}

export function hasPrefix(uid: Uid, { bits, uid: prefix }: UidPrefix): boolean {
  const wanted = uidWords(prefix);
  return uidWords(uid).every((word, at) => {
    const kept = maskOf(bits - 16 * at);
    return (word & kept) === ((wanted[at] ?? 0) & kept);
  });
}

/** The two halves of what begins with this; only where it is shorter than a whole UID. */
export function halvesOf({ bits, uid }: UidPrefix): readonly [UidPrefix, UidPrefix] {
  const words = uidWords(uid);
  const at = Math.floor(bits / 16);
  const one = words.with(at, (words[at] ?? 0) | (1 << (15 - (bits % 16))));
  return [
    { bits: bits + 1, uid },
    { bits: bits + 1, uid: uidOfWords(one) },
  ];
}

/** The request that asks the nodes at an address whose UID begins so. */
export function searchRequest(address: number, { bits, uid }: UidPrefix): Request {
  return {
    fc: FC.readWriteMany,
    address,
    register: SEARCH.register,
    values: [bits, ...uidWords(uid)],
    read: { register: SEARCH.register, count: SEARCH.readCount },
  };
}

/** What a request searches for; undefined when it is no search that a node understands. */
export function searchedPrefix(request: Request): UidPrefix | undefined {
  if (request.fc !== FC.readWriteMany) return undefined;
  const { register, values, read } = request;
  const [bits = 0, ...words] = values;
  const isSearch =
    register === SEARCH.register &&
    values.length === SEARCH.writeCount &&
    read.register === SEARCH.register &&
    read.count === SEARCH.readCount &&
    bits <= SEARCH.uidBits;
  return isSearch ? { bits, uid: uidOfWords(words) } : undefined;
}

export interface SearchAnswer {
  readonly firmware: number;
  readonly uid: Uid;
}

export function encodeSearchAnswer({ firmware, uid }: SearchAnswer): Uint8Array {
  const words = uidWords(uid);
  const view = new DataView(new ArrayBuffer(2 * SEARCH.readCount));
  const all = [firmware, ...words, ...words.map((word) => ~word & 0xffff)];
  for (const [at, word] of all.entries()) view.setUint16(2 * at, word);
  return new Uint8Array(view.buffer);
}

/** undefined: a UID that is not its own opposite's opposite, which is what a collision leaves. */
export function decodeSearchAnswer(data: Uint8Array): SearchAnswer | undefined {
  if (data.length !== 2 * SEARCH.readCount) return undefined;
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const words = Array.from({ length: SEARCH.readCount }, (_, at) => view.getUint16(2 * at));
  const [firmware = 0, ...rest] = words;
  const [uid, opposite] = [rest.slice(0, 6), rest.slice(6)];
  if (!uid.every((word, at) => (word ^ (opposite[at] ?? 0)) === 0xffff)) return undefined;
  return { firmware, uid: uidOfWords(uid) };
}

/** The first `bits` of 16. */
function maskOf(bits: number): number {
  return 0xffff & ~(0xffff >> Math.min(16, Math.max(0, bits)));
}
