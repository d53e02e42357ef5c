import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BayId, JournalId, LogId } from '#contract/ids.ts';
import { matchTopic, topicFilter, topicPath, topics } from '#contract/topics.ts';
import type { TopicKeys, TopicName } from '#contract/topics.ts';

const names = Object.keys(topics) as TopicName[];
const slug = fc.stringMatching(/^[a-z0-9]+(-[a-z0-9]+){0,3}$/).filter((id) => id.length <= 40);
/** As many keys as any topic has; which are filled is the table's matter. */
const anyKeys = fc.record({
  site: slug,
  gateway: slug,
  line: slug,
  lot: slug,
  sign: slug,
}) as fc.Arbitrary<TopicKeys>;

describe('a topic', () => {
  test('is found again by its path, with its keys', () => {
    fc.assert(
      fc.property(fc.constantFrom(...names), anyKeys, (name, keys) => {
        const own = Object.fromEntries(topics[name].keys.map((key) => [key, keys[key]]));
        expect(matchTopic(topicPath(name, keys))).toEqual({ name, keys: own });
      }),
    );
  });

  test('has a plus for each key that a filter leaves out', () => {
    fc.assert(
      fc.property(fc.constantFrom(...names), slug, (name, site) => {
        const filter = topicFilter(name, { site } as Partial<TopicKeys>);
        const open = topics[name].keys.filter((key) => key !== 'site');
        expect(filter.split('+')).toHaveLength(open.length + 1);
        expect(matchTopic(filter)?.name).toBe(name);
      }),
    );
  });

  test.each(['', '/', 'binjari', 'binjari/v1/x/gateway//events', '$SYS/x/new/clients', '#'])(
    '"%s" is none',
    (path) => expect(matchTopic(path)).toBeUndefined(),
  );

  test('never throws on any path', () => {
    fc.assert(
      fc.property(fc.string(), (path) => {
        const matched = matchTopic(path);
        expect(matched === undefined || names.includes(matched.name)).toBe(true);
      }),
    );
  });

  test('begins with its site, says its keys in its path and is used by somebody', () => {
    for (const { path, keys, publishers, subscribers } of Object.values(topics)) {
      expect(path.startsWith('binjari/v1/{site}/')).toBe(true);
      expect([...path.matchAll(/\{(\w+)\}/g)].map(([, key]) => key)).toEqual(keys);
      expect(publishers.length * subscribers.length).toBeGreaterThan(0);
    }
  });
});

describe('an id', () => {
  test.each(['nambu-a-014', 'a', '0', 'a'.repeat(40)])('may be "%s"', (id) => {
    expect(BayId.safeParse(id).success).toBe(true);
  });

  test.each([
    '',
    'A',
    'a--b',
    '-a',
    'a-',
    'a b',
    'a/b',
    'a+',
    '#',
    '남부',
    'a'.repeat(41),
    'a\n',
    '__proto__',
  ])('may not be "%s"', (id) => expect(BayId.safeParse(id).success).toBe(false));

  test('of a journal or a log is 32 hexadecimal digits', () => {
    expect(JournalId.safeParse('0123456789abcdef'.repeat(2)).success).toBe(true);
    for (const id of [
      '0123456789ABCDEF'.repeat(2),
      'a'.repeat(31),
      'a'.repeat(33),
      'g'.repeat(32),
    ]) {
      expect(JournalId.safeParse(id).success).toBe(false);
      expect(LogId.safeParse(id).success).toBe(false);
    }
  });
});
