import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { deadlines, gatewayUnknownMs } from '#contract/deadlines.ts';
import { HEALTH_STATES, healthReasons, healthThresholds } from '#contract/health.ts';
import { topics } from '#contract/topics.ts';

const page = readFileSync(join(import.meta.dirname, '../docs/health.md'), 'utf8');

/** The rows of the table under a heading, cell by cell. */
function rowsUnder(heading: string): string[][] {
  const [, section = ''] = page.split(`\n## ${heading}\n`);
  const [own = ''] = section.split('\n## ');
  return own
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

test('the page on health has every state, the worst first', () => {
  expect(rowsUnder('States').map(([state]) => state)).toEqual(
    HEALTH_STATES.map((state) => `\`${state}\``),
  );
});

test('the page on health says of every reason where it leads, whether it is believed, and why', () => {
  expect(rowsUnder('Reasons')).toEqual(
    Object.entries(healthReasons).map(([reason, { leadsTo, believed, about }]) => [
      `\`${reason}\``,
      leadsTo.join(', then '),
      believed ? 'yes' : 'no',
      about,
    ]),
  );
});

test('the page on health has the thresholds and deadlines that hold', () => {
  expect(rowsUnder('Thresholds').map((cells) => cells.slice(0, 3))).toEqual(
    Object.entries(healthThresholds).map(([name, { enter, leave }]) => [
      `\`${name}\``,
      String(enter),
      String(leave),
    ]),
  );
  expect(page).toContain(`(${gatewayUnknownMs(1_000) / 1_000} s, or three periods)`);
  expect(page).toContain(`for ${deadlines.apiUnknownMs / 1_000} s, or has said goodbye`);
  expect(page).toContain(topics.health.path);
});
