import { expect, test } from 'vitest';
import { withoutWindow } from '../../bench/chain/rounds.ts';

const WINDOW_MS = 40;
const shown = (at: number, shownAt: number) => ({ at, shownAt });

test('what was shown together left a window after the first of it had come', () => {
  const changes = [shown(0, 43), shown(10, 43.2), shown(39, 43.4), shown(50, 92), shown(60, 92)];
  expect(withoutWindow(changes, () => WINDOW_MS)).toEqual([3, 3.2, 3.4, 2, 2].map(near));
});

test('a window that somebody cut short is no window', () => {
  expect(withoutWindow([shown(0, 12), shown(5, 12)], () => WINDOW_MS)).toEqual([12, 7].map(near));
});

test('what came when the window was over has waited for nobody', () => {
  expect(withoutWindow([shown(0, 50), shown(45, 50)], () => WINDOW_MS)).toEqual([10, 5].map(near));
});

test('two messages that a client reads in one go count from the first of them', () => {
  const changes = [shown(0, 81), shown(41, 82)];
  expect(withoutWindow(changes, () => WINDOW_MS)).toEqual([41, 41].map(near));
});

test('without a window all of it is work, shown alone or together', () => {
  expect(withoutWindow([shown(0, 2), shown(1, 2), shown(9, 12)], () => 0)).toEqual(
    [2, 1, 3].map(near),
  );
});

function near(ms: number): unknown {
  return expect.closeTo(ms, 6);
}
