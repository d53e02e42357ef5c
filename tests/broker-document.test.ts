import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { openProgram } from '#api/admin/program.ts';
import { ApiConfig } from '#api/config.ts';
import { BrokerConfig } from '#broker/config.ts';
import { alarms } from '#contract/alarms.ts';
import { GatewayConfig } from '#gateway/config.ts';
import { abuses } from './broker/abuse/abuses.ts';

const ROOT = join(import.meta.dirname, '..');
const page = readFileSync(join(ROOT, 'docs/broker.md'), 'utf8');
const section = (heading: string): string =>
  page.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';

test('the page on the broker names commands, settings, alarms and files that are there', () => {
  const program = openProgram('0', { out: process.stdout, progress: () => undefined });
  const verbs = new Map(
    program.commands.map((noun) => [noun.name(), noun.commands.map((verb) => verb.name())]),
  );
  const named = [...page.matchAll(/npm run admin -- ([\w-]+) ([\w-]+)/g)];
  expect(named.length).toBeGreaterThan(8);
  for (const [text, noun = '', verb = ''] of named) {
    expect([text, verbs.get(noun)?.includes(verb)]).toEqual([text, true]);
  }
  const links = [...page.matchAll(/\]\((\.\.\/)?([\w./-]+)(#\w+)?\)/g)].map(([, up, path = '']) =>
    up === undefined ? join('docs', path) : path,
  );
  const files = [...page.matchAll(/`((?:tests|deploy)\/[\w./-]+)`/g)].map(([, path = '']) => path);
  expect([...links, ...files].filter((path) => !existsSync(join(ROOT, path)))).toEqual([]);
  const settings = { ...BrokerConfig.shape, ...ApiConfig.shape, ...GatewayConfig.shape };
  const camels = [...page.matchAll(/`([a-z]+[A-Z]\w+)`/g)].map(([, key = '']) => key);
  expect(camels.length).toBeGreaterThan(15);
  expect(camels.filter((key) => !(key in settings))).toEqual([]);
  const told = [...section('Alarms and figures').matchAll(/`((?!binjari)[a-z]+_[a-z_]+)`/g)];
  const ofBroker = Object.entries(alarms).flatMap(([name, { by }]) =>
    by.includes('broker') ? [name] : [],
  );
  expect(told.map(([, name = '']) => name).toSorted()).toEqual(ofBroker.toSorted());
});

test('the page’s limits are the defaults, and its abuses those that are run', () => {
  const defaults = BrokerConfig.parse({});
  const said = [...section('Limits').matchAll(/`(\w+)` ([\d,]+)( KiB| s\b)?/g)];
  expect(said.length).toBeGreaterThan(6);
  for (const [text, key = '', digits = '', unit = ''] of said) {
    const number = Number(digits.replaceAll(',', ''));
    const scale = unit === ' KiB' ? 1_024 : key.endsWith('Ms') ? 1_000 : 1;
    expect([text, defaults[key as keyof BrokerConfig]]).toEqual([text, number * scale]);
  }
  const rows = [...section('Abuse').matchAll(/^\| (A\d+) /gm)].map(([, name]) => name);
  expect(rows).toEqual(abuses.map(({ name }) => name));
});
