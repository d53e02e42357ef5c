import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { alarmCauses, filled, readCause } from '#contract/alarm-causes.ts';
import type { AlarmCause } from '#contract/alarm-causes.ts';
import { causeIn, koreanCauses } from '#web/console/alarms/cause-texts.ts';

const causes = Object.entries(alarmCauses) as [AlarmCause, string][];
const namesIn = (template: string) =>
  [...template.matchAll(/\{(\w+)\}/g)].map(([, name]) => name ?? '');
const WORDS: Readonly<Record<string, string>> = {
  bay: 'full-3',
  reasons: 'stuck_value, drift',
  reason: 'wrong_secret',
  holder: 'CN=broker, O=a (test)',
};

describe.each(causes)('the cause %s', (cause, template) => {
  const names = namesIn(template);

  test('is read back with its values, and is no other', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(), { minLength: 4, maxLength: 4 }), (numbers) => {
        const values = Object.fromEntries(
          names.map((name, at) => [name, WORDS[name] ?? String(numbers[at])]),
        );
        expect(readCause(filled(template, values))).toEqual({ cause, values });
      }),
    );
  });

  test('has the same values in Korean', () => {
    expect(namesIn(koreanCauses[cause]).toSorted()).toEqual(names.toSorted());
    expect(koreanCauses[cause]).toMatch(/[가-힣]/);
  });
});

test("a cause is said in the page's language, what is wrong with a sensor too", () => {
  expect(causeIn('ko', '8 of its sensors are silent')).toBe('센서 8개가 조용함');
  expect(causeIn('en', '8 of its sensors are silent')).toBe('8 of its sensors are silent');
  expect(causeIn('ko', 'bay full-3: silence, new_reason')).toBe('full-3 면: 조용함, new_reason');
});

test('words of the system, and of another version, stay as they are', () => {
  for (const words of ['ENOSPC: no space left on device, write', '3 % free', '']) {
    expect(readCause(words)).toBeUndefined();
    expect(causeIn('ko', words)).toBe(words);
  }
});
