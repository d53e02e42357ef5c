import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { publishRefusalOf, publishRightOf, subscribeRefusalOf } from '#broker/access.ts';
import type { Holder } from '#broker/access.ts';
import { ROLES, topics } from '#contract/topics.ts';
import type { Role, TopicName } from '#contract/topics.ts';

const site = 'jeonju';
const holder = (id: string, role: Role): Holder => ({ id, roles: [role], site });
const gateway = holder('gw-1', 'gateway');
const api = holder('api', 'api');
const reader = holder('kiosk', 'reader');
const sign = holder('sign-1', 'sign');
const own = `binjari/v1/${site}/gateway/gw-1`;
const plain = { qos: 1, retain: false, empty: false };

const publishing = (who: Holder, path: string, attempt: Partial<typeof plain> = {}) =>
  publishRefusalOf(publishRightOf(who, path), { ...plain, ...attempt });

describe('publishing', () => {
  test.each(['events', 'observed', 'status', 'snapshot/line-1', 'health/line-1'])(
    'a gateway publishes its own %s',
    (what) => expect(publishing(gateway, `${own}/${what}`)).toBeUndefined(),
  );

  test.each([
    ["another gateway's events", gateway, `binjari/v1/${site}/gateway/gw-2/events`, 'other_client'],
    ['its own acknowledgement', gateway, `${own}/ack`, 'not_its_role'],
    ['a lot', gateway, `binjari/v1/${site}/lot/nambu`, 'not_its_role'],
    ["another site's events", gateway, 'binjari/v1/paris/gateway/gw-1/events', 'other_site'],
    ['a topic of nobody', gateway, `${own}/secrets`, 'no_such_topic'],
    ['$SYS', gateway, '$SYS/x/new/clients', 'no_such_topic'],
    ['a line that is no id', gateway, `${own}/snapshot/Line 1`, 'no_such_topic'],
    ['a topic of one level more', gateway, `${own}/events/x`, 'no_such_topic'],
    ['an empty level', gateway, `binjari/v1/${site}/gateway//events`, 'no_such_topic'],
    ['anything as a reader', reader, `binjari/v1/${site}/lot/nambu`, 'not_its_role'],
    ['its own face as a sign', sign, `binjari/v1/${site}/sign/sign-1`, 'not_its_role'],
    ["a gateway's events as the api", api, `${own}/events`, 'not_its_role'],
  ] as const)('nobody may publish %s', (_, who, path, reason) => {
    expect(publishing(who, path)).toBe(reason);
  });

  test('a message is retained only where the table says so', () => {
    expect(publishing(gateway, `${own}/status`, { retain: true })).toBeUndefined();
    expect(publishing(gateway, `${own}/health/line-1`, { retain: true })).toBeUndefined();
    expect(publishing(api, `${own}/health/line-1`, { retain: true })).toBe('not_its_role');
    expect(publishing(gateway, `${own}/events`, { retain: true })).toBe('retain');
    expect(publishing(api, `${own}/ack`, { retain: true })).toBe('retain');
  });

  test('an owner and the api clear what is retained, another gateway does not', () => {
    const clear = { retain: true, empty: true };
    expect(publishing(gateway, `${own}/snapshot/line-1`, clear)).toBeUndefined();
    expect(publishing(api, `${own}/snapshot/line-1`, clear)).toBeUndefined();
    expect(publishing(api, `${own}/snapshot/line-1`, { retain: true })).toBe('not_its_role');
    expect(publishing(holder('gw-2', 'gateway'), `${own}/status`, clear)).toBe('other_client');
  });

  test('QoS 2 is used by nobody', () => {
    expect(publishing(gateway, `${own}/events`, { qos: 2 })).toBe('qos');
  });
});

describe('subscribing', () => {
  const subscribing = (who: Holder, filter: string, qos = 1) =>
    subscribeRefusalOf(who, filter, qos);

  test.each([
    [gateway, `${own}/ack`],
    [api, `binjari/v1/${site}/gateway/+/events`],
    [api, `binjari/v1/${site}/gateway/+/snapshot/+`],
    [api, `binjari/v1/${site}/gateway/+/health/+`],
    [api, `binjari/v1/${site}/gateway/gw-1/snapshot/+`],
    [holder('api-2', 'api'), `binjari/v1/${site}/gateway/+/status`],
    [reader, `binjari/v1/${site}/lot/+`],
    [reader, `binjari/v1/${site}/lot/nambu`],
    [sign, `binjari/v1/${site}/sign/sign-1`],
    [sign, `binjari/v1/${site}/sign/sign-1/text`],
    // It writes to the displays on its lines.
    [gateway, `binjari/v1/${site}/sign/sign-1`],
  ])('$id may hear %s', (who, filter) => expect(subscribing(who, filter)).toBeUndefined());

  test.each([
    [gateway, `binjari/v1/${site}/gateway/+/ack`, 'other_client'],
    [gateway, `binjari/v1/${site}/gateway/gw-2/ack`, 'other_client'],
    [gateway, `${own}/events`, 'not_its_role'],
    [gateway, '#', 'wildcard'],
    [gateway, '+', 'wildcard'],
    [gateway, '+/+/+/+/+/+', 'wildcard'],
    [sign, `binjari/v1/${site}/sign/+`, 'other_client'],
    [sign, `binjari/v1/${site}/sign/sign-2/text`, 'other_client'],
    [gateway, `binjari/v1/${site}/sign/+`, 'wildcard'],
    [gateway, `binjari/v1/${site}/sign/sign-1/text`, 'not_its_role'],
    [reader, `binjari/v1/${site}/lot/#`, 'wildcard'],
    [reader, `binjari/v1/${site}/#`, 'wildcard'],
    [reader, `binjari/v1/+/lot/+`, 'wildcard'],
    [reader, `binjari/v1/paris/lot/+`, 'other_site'],
    [reader, `binjari/v1/${site}/gateway/+/events`, 'not_its_role'],
    [api, '#', 'wildcard'],
    [api, '$SYS/#', 'wildcard'],
    [api, '$SYS/x/heartbeat', 'no_such_topic'],
    [api, `$share/all/binjari/v1/${site}/gateway/+/events`, 'wildcard'],
  ] as const)('$id may not hear %s', (who, filter, reason) => {
    expect(subscribing(who, filter)).toBe(reason);
  });

  test('QoS 2 is granted to nobody', () =>
    expect(subscribing(gateway, `${own}/ack`, 2)).toBe('qos'));
});

describe('whatever is asked', () => {
  const id = fc.stringMatching(/^[a-z0-9]{3,6}$/);
  const level = fc.oneof(
    fc.constantFrom('binjari', 'v1', site, 'gateway', 'sign', 'lot', 'events', 'ack', 'snapshot'),
    fc.constantFrom('', '+', '#', '$SYS', '__proto__', 'constructor', 'gw-1', 'GW-1', ' '),
    fc.string({ maxLength: 8 }),
    id,
  );
  const path = fc.oneof(
    fc.array(level, { maxLength: 9 }).map((levels) => levels.join('/')),
    fc
      .tuple(
        fc.constantFrom(...(Object.keys(topics) as TopicName[])),
        fc.array(level, { minLength: 4 }),
      )
      .map(([name, levels]) => {
        const filled = [...levels];
        return topics[name].path.replaceAll(/\{(\w+)\}/g, (_, key: string) =>
          key === 'site' ? site : (filled.shift() ?? 'x'),
        );
      }),
  );

  test('a device publishes only below its own name, and only what its role publishes', () => {
    fc.assert(
      fc.property(path, fc.constantFrom<Role>('gateway', 'sign', 'reader'), (asked, role) => {
        const allowed = publishing(holder('gw-1', role), asked) === undefined;
        const ownEvents = role === 'gateway' && asked.startsWith(`${own}/`);
        const ownFace = role === 'sign' && asked === `binjari/v1/${site}/sign/gw-1/shown`;
        expect(allowed && !ownEvents && !ownFace).toBe(false);
      }),
      { numRuns: 2_000 },
    );
  });

  test('no role hears another site, a bare wildcard or the broker itself', () => {
    fc.assert(
      fc.property(path, fc.constantFrom(...ROLES), (asked, role) => {
        const granted = subscribeRefusalOf(holder('gw-1', role), asked, 0) === undefined;
        const device = role === 'gateway' || role === 'sign';
        const inBounds =
          asked.startsWith(`binjari/v1/${site}/`) &&
          !asked.includes('#') &&
          !(device && asked.includes('+'));
        expect(granted && !inBounds).toBe(false);
      }),
      { numRuns: 2_000 },
    );
  });
});
