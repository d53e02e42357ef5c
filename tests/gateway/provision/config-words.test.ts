import { describe, expect, test } from 'vitest';
import { configProblems, FACTORY_LINK, labelOf } from '#contract/node-config.ts';
import { configWords, withWords } from '#gateway/provision/config-words.ts';
import { plainConfig, withPlace } from '#gateway/provision/site-config.ts';

const place = { address: 7, bay: 'nambu-riverside-a-007', mountMm: 2_600 };
const config = plainConfig(place, FACTORY_LINK);

describe('a configuration in words', () => {
  test('is read as it was written', () => {
    const words = configWords(config).map(({ name, value }) => `${name}=${value}`);
    expect(words).toContain('magneticOnUt=5');
    expect(withWords(config, words)).toEqual({ ok: true, config });
  });

  test('takes one word at a time and leaves the others', () => {
    const changed = withWords(config, ['magneticOffUt=2.5', 'parity=none', 'label=가=나']);
    if (!changed.ok) throw new Error(changed.problems.join());
    expect(changed.config).toMatchObject({ magneticOffCentiUt: 250, parity: 0, mountMm: 2_600 });
    expect(labelOf(changed.config)).toBe('가=나');
  });

  test('is refused with every wrong word at once', () => {
    const changed = withWords(config, ['toString=1', 'baud=19201', 'mountMm=-3', 'label', 'x=']);
    expect(changed.ok || changed.problems.map((problem) => problem.split(':')[0])).toEqual([
      'toString=1',
      'baud=19201',
      'mountMm=-3',
      'label',
      'x=',
    ]);
    expect(withWords(config, ['distanceOnMm=2500'])).toEqual({
      ok: false,
      problems: ['distanceOnMm: expected less than distanceOffMm'],
    });
  });
});

test('what follows from a place is usable, and tells bays apart in sixteen characters', () => {
  expect(configProblems(config)).toEqual([]);
  expect(labelOf(config)).toBe('-riverside-a-007');
  expect(config.pingGroup).not.toBe(
    withPlace(config, { ...place, address: 8 }, FACTORY_LINK).pingGroup,
  );
});
