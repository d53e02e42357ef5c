import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { OccupancyAnswer } from '#contract/history.ts';
import { started } from '../support/started.ts';
import { POLITELY, until } from '../support/until.ts';

const DAY_MS = 86_400_000;

test('a simulated street begins with four weeks of history, marked as simulated', async () => {
  await using system = await started();
  const token = readFileSync(join(system.data, 'operator.token'), 'utf8').trim();
  const headers = { authorization: `Bearer ${token}` };
  const now = Date.now();
  const range = new URLSearchParams({
    from: new Date(now - 29 * DAY_MS).toISOString(),
    to: new Date(now - DAY_MS).toISOString(),
    interval: 'day',
  });
  const answer = await until(
    async () => {
      const asked = await fetch(
        `${system.url}/api/v1/operator/history/occupancy?${range.toString()}`,
        { headers },
      );
      return asked.ok && asked;
    },
    { withinMs: 30_000, ...POLITELY },
  );
  expect(answer.headers.get('binjari-simulated')).toBe('true');
  const { simulated, buckets, bays } = OccupancyAnswer.parse(await answer.json());
  expect(simulated).toBe(true);
  // The first day begins a day before the past does.
  const whole = buckets.slice(2, -1);
  expect(whole.length).toBeGreaterThanOrEqual(26);
  for (const day of whole) {
    expect(day.coverage).toBe(1);
    expect(day.arrivals).toBeGreaterThan(bays);
    expect(day.occupancy).toBeGreaterThan(0.1);
    expect(day.occupancy).toBeLessThan(0.99);
  }
});
