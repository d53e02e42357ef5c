import { afterAll, beforeAll, expect, test } from 'vitest';
import { AlarmBookAnswer } from '#contract/alarm-record.ts';
import { SensorsAnswer } from '#contract/http.ts';
import { CurvesAnswer, NowAnswer } from '#contract/operator-now.ts';
import { OperatorSignsAnswer } from '#contract/sign-answers.ts';
import { SensorTrendAnswer } from '#contract/sensor-trend.ts';
import type { Reader } from '#web/wire/read.ts';
import { parsed } from '#web/wire/read.ts';
import { alarmBookAnswer } from '#web/console/wire/alarm-answers.ts';
import { curvesAnswer, nowAnswer } from '#web/console/wire/now-answers.ts';
import { signsAnswer } from '#web/console/wire/sign-answers.ts';
import { sensorsAnswer, trendAnswer } from '#web/console/wire/sensor-answers.ts';
import { serveStreet } from '../../api/http/served-street.ts';
import type { ServedStreet } from '../../api/http/served-street.ts';

let street: ServedStreet;
beforeAll(async () => {
  street = await serveStreet();
  street.liveState.set(
    [
      ['full-2', 'vacant'],
      ['full-3', 'occupied'],
    ],
    Date.now(),
  );
});
afterAll(async () => street[Symbol.asyncDispose]());

/** Each answer of the server that the console reads, with the contract's schema of it. */
const answers: readonly [
  path: string,
  reader: Reader<unknown>,
  schema: { parse(sent: unknown): unknown },
][] = [
  ['now', nowAnswer, NowAnswer],
  ['curves', curvesAnswer, CurvesAnswer],
  ['alarms/book', alarmBookAnswer, AlarmBookAnswer],
  ['signs', signsAnswer, OperatorSignsAnswer],
  ['sensors', sensorsAnswer, SensorsAnswer],
  ['sensors/node-1/trend', trendAnswer, SensorTrendAnswer],
];

test.each(answers)('the console reads %s as the contract does', async (path, reader, schema) => {
  const authorization = `Bearer ${street.token}`;
  const answer = await fetch(`${street.url}/api/v1/operator/${path}`, {
    headers: { authorization },
  });
  const sent: unknown = await answer.json();
  expect(parsed(reader, sent)).toEqual(schema.parse(sent));
  // What is missing is refused, not made up.
  for (const key of Object.keys(sent as object)) {
    const without = { ...(sent as Record<string, unknown>), [key]: undefined };
    expect([key, parsed(reader, without)]).toEqual([key, undefined]);
  }
});
