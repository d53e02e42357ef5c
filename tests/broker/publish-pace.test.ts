import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { PublishPace } from '#broker/publish-pace.ts';
import type { Clock } from '#runtime/clock.ts';

/** Vitest's simulated time moves timers and `performance.now` together. */
const clock: Clock = { wallMs: () => Date.now(), monoMs: () => performance.now() };

describe('a publisher', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test('sends a second’s worth at once and then keeps its rate, in order', () => {
    const pace = new PublishPace(100, clock);
    const sent: number[] = [];
    for (let message = 0; message < 160; message += 1) pace.admit(() => sent.push(message));
    expect(sent).toHaveLength(100);
    vi.advanceTimersByTime(305);
    expect(sent.length).toBeGreaterThanOrEqual(128);
    expect(sent.length).toBeLessThanOrEqual(131);
    vi.advanceTimersByTime(1_000);
    expect(sent).toEqual(Array.from({ length: 160 }, (_, at) => at));
  });

  test('is ended when more than 64 messages wait', () => {
    const pace = new PublishPace(1, clock);
    const admitted = Array.from({ length: 70 }, () => pace.admit(() => undefined));
    expect(admitted.filter((turn) => turn === 'now')).toHaveLength(1);
    expect(admitted.filter((turn) => turn === 'later')).toHaveLength(64);
    expect(admitted.filter((turn) => turn === 'never')).toHaveLength(5);
  });

  test('sends nothing after its end', () => {
    const pace = new PublishPace(1, clock);
    const sent: number[] = [];
    for (let message = 0; message < 5; message += 1) pace.admit(() => sent.push(message));
    pace.close();
    vi.advanceTimersByTime(10_000);
    expect(sent).toEqual([0]);
  });
});
