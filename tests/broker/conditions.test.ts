import { expect, test } from 'vitest';
import { BrokerConditions } from '#broker/conditions.ts';
import type { BrokerSeen } from '#broker/conditions.ts';
import { BROKER_REFUSALS } from '#broker/gate.ts';
import type { BrokerRefusal } from '#broker/gate.ts';
import { openTestBroker } from '../support/test-broker.ts';
import { until } from '../support/until.ts';

const DAY_MS = 86_400_000;
const none = Object.fromEntries(BROKER_REFUSALS.map((reason) => [reason, 0])) as Record<
  BrokerRefusal,
  number
>;

function seen(monoMs: number, changes: Partial<BrokerSeen> = {}): BrokerSeen {
  return {
    monoMs,
    wallMs: 1_000 * DAY_MS,
    refused: none,
    throttled: new Map(),
    cloned: [],
    publishPerS: 200,
    certificate: undefined,
    ...changes,
  };
}

test('many who are turned away within a minute are an alarm, a few or slow ones are none', () => {
  const conditions = new BrokerConditions();
  const at = (monoMs: number, wrong: number, topic = 0) =>
    conditions.conditionsOf(
      seen(monoMs, { refused: { ...none, wrong_secret: wrong, other_client: topic } }),
    );
  expect(at(0, 0)).toEqual([]);
  expect(at(1_000, 20, 500)).toEqual([]);
  expect(at(2_000, 21)).toEqual([
    {
      alarm: 'connections_refused',
      subject: '',
      cause: '21 in the last minute, 21 of them wrong_secret',
    },
  ]);
  expect(at(60_500, 21)).toHaveLength(1);
  expect(at(61_000, 21)).toEqual([]);
  for (let minute = 2; minute < 10; minute += 1) {
    expect(at(minute * 60_000, 1 + minute * 20)).toEqual([]);
  }
});

test('a client that had to wait, an id that two share, and a certificate near its end are named', () => {
  const conditions = new BrokerConditions();
  conditions.conditionsOf(seen(0));
  const found = conditions.conditionsOf(
    seen(1_000, {
      throttled: new Map([['gw-1', 7]]),
      cloned: ['gw-2'],
      certificate: { file: 'b.pem', expiresAt: 1_003.5 * DAY_MS },
    }),
  );
  expect(found.map(({ alarm, subject }) => [alarm, subject])).toEqual([
    ['client_throttled', 'gw-1'],
    ['client_cloned', 'gw-2'],
    ['certificate_expiring', 'b.pem'],
  ]);
  expect(found[0]?.cause).toBe('7 messages were over 200 a second in the last minute');
  expect(found[2]?.cause).toBe("the broker's certificate ends in 3 days");
  expect(conditions.conditionsOf(seen(62_000, { throttled: new Map([['gw-1', 7]]) }))).toEqual([]);
});

test('the broker tells Prometheus what it refuses, who is too fast and which alarms hold', async () => {
  await using house = await openTestBroker(
    { 'gw-1': 'gateway' },
    { metricsPort: 0, publishPerS: 5 },
  );
  const url = house.broker.metricsUrl ?? '';
  const metrics = async () => (await fetch(url)).text();
  await expect(house.connect('gw-1', { password: 'wrong' })).rejects.toMatchObject({ code: 4 });
  const gateway = await house.connect('gw-1');
  for (let message = 0; message < 10; message += 1) {
    gateway.publish('binjari/v1/jeonju/gateway/gw-1/observed', '{}');
  }
  await until(() => house.broker.counts.throttled > 0);
  const text = await metrics();
  expect(text).toMatch(/^binjari_broker_total\{what="refused.wrong_secret"\} 1$/m);
  expect(text).toMatch(/^binjari_broker_total\{what="throttled"\} 5$/m);
  expect(text).toMatch(/^binjari_broker_now\{what="clients"\} 1$/m);
  expect(text).toMatch(/^binjari_broker_certificate_expires_seconds Nan$/m);
  expect(text).toMatch(/^binjari_event_loop_delay_seconds\{quantile="0.99"\} \d/m);
  // It must hold for 10 s first.
  await until(async () => (await metrics()).includes('binjari_alarm{alarm="client_throttled"'), {
    withinMs: 20_000,
    everyMs: 500,
  });
  expect(house.broker.alarms()).toMatchObject([{ alarm: 'client_throttled', subject: 'gw-1' }]);
  expect((await fetch(url.replace('/metrics', '/'))).status).toBe(404);
});
