import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { overlay, Pacer } from '#firmware-sim/line/pacing.ts';
import { toHex } from './serial-reader.ts';

const BAUD = 11_000;
const BYTE_MS = 1;

let sent: { readonly at: number; readonly hex: string }[];
let pacer: Pacer;
const clock = { wallMs: () => Date.now(), monoMs: () => Date.now() };

beforeEach(() => {
  vi.useFakeTimers({ now: 0 });
  sent = [];
  pacer = new Pacer({
    baud: BAUD,
    clock,
    write: (bytes) => void sent.push({ at: Date.now(), hex: toHex(bytes) }),
  });
});

afterEach(() => {
  pacer.close();
  vi.useRealTimers();
});

test('a short frame comes in one piece when its last character is through', () => {
  pacer.transmit(5, Uint8Array.of(1, 2, 3));
  vi.advanceTimersByTime(7);
  expect(sent).toEqual([]);
  vi.advanceTimersByTime(1);
  expect(sent).toEqual([{ at: 8, hex: '01 02 03' }]);
});

test('a long frame comes in pieces of 16 ms, as a USB adapter hands it over', () => {
  pacer.transmit(0, new Uint8Array(40));
  vi.advanceTimersByTime(1_000);
  expect(sent.map(({ at }) => at)).toEqual([16, 32, 40]);
});

test('what is sent over what is on the line merges with the part that is not through', () => {
  pacer.transmit(0, new Uint8Array(30).fill(0xf0));
  vi.advanceTimersByTime(20);
  pacer.transmit(20, new Uint8Array(20).fill(0x3f));
  vi.advanceTimersByTime(100);
  const heard = sent.map(({ hex }) => hex).join(' ');
  expect(heard).toBe(
    [...Array(20).fill('F0'), ...Array(10).fill('30'), ...Array(10).fill('3F')].join(' '),
  );
  expect(pacer.collided).toBe(1);
});

test('where two speak at once, a zero of either wins', () => {
  const first = { startAt: 10, bytes: Uint8Array.of(0xff, 0b1100, 0b1010) };
  const second = { startAt: 11.2, bytes: Uint8Array.of(0b0110, 0b0011, 0x55) };
  expect(overlay(first, second, BYTE_MS)).toEqual({
    startAt: 10,
    bytes: Uint8Array.of(0xff, 0b0100, 0b0010, 0x55),
  });
});

test('a flood beyond what a line can have under way is dropped and counted', () => {
  for (let at = 0; at < 100; at += 1) pacer.transmit(1_000 * at, Uint8Array.of(at));
  expect(pacer.dropped).toBe(36);
});

test('an unplugged line loses what was under way', () => {
  pacer.transmit(0, Uint8Array.of(1, 2, 3));
  pacer.clear();
  vi.advanceTimersByTime(100);
  expect(sent).toEqual([]);
  expect(vi.getTimerCount()).toBe(0);
});
