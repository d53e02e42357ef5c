import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { healthThresholds } from '#contract/health.ts';
import { wireMs } from '#contract/modbus.ts';
import { FACTORY_ADDRESS, sampleBlock } from '#contract/registers.ts';
import { ECHO_MS } from '#gateway/bus/ping-rounds.ts';
import { openProgram } from '#gateway/commands/program.ts';
import type { Command } from 'commander';

const text = readFileSync(new URL('../docs/installation.md', import.meta.url), 'utf8');

/** The body rows of the table that begins with this column. */
function table(first: string): string[][] {
  const lines = text.split('\n');
  const head = lines.findIndex((line) => line.startsWith(`| ${first}`));
  const rows = lines.slice(head + 2);
  return rows
    .slice(
      0,
      rows.findIndex((line) => !line.startsWith('|')),
    )
    .map((row) =>
      row
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    );
}

const BAUDS = [9_600, 19_200, 38_400, 57_600, 115_200];
const COUNTS = [8, 16, 24, 32];

describe('the installation document', () => {
  test('computes length, round and supply as it says', () => {
    const lengths = BAUDS.map((baud) => [
      String(baud),
      `${Math.floor(Math.min(1_200, 1e8 / baud))} m`,
    ]);
    expect(table('speed ')).toEqual(lengths);

    const exchange = 8 + 5 + 2 * sampleBlock.count;
    const rounds = COUNTS.map((nodes) => [
      String(nodes),
      ...BAUDS.map((baud) => ((nodes * (wireMs(exchange, baud) + 11)) / 1_000).toFixed(1)),
    ]);
    expect(table('nodes ')).toEqual(rounds);

    const supplies = [0.25, 0.5, 0.75, 1.5, 2.5].flatMap((mm2) => [
      [String(mm2), 'one end', ...COUNTS.map((nodes) => longest(mm2, nodes, dropOfOneEnd))],
      [String(mm2), 'both', ...COUNTS.map((nodes) => longest(mm2, nodes, dropOfBothEnds))],
    ]);
    expect(table('wire')).toEqual(supplies);
  });

  test('says the numbers that the code knows', () => {
    expect(text).toContain(`below ${healthThresholds.supplyLowMv.enter / 1_000} V`);
    expect(text).toContain(`Address ${FACTORY_ADDRESS} is where new bay nodes listen`);
    expect(text).toContain(`twice ${ECHO_MS} ms`);
    // 5 V over two resistors and two terminations in parallel.
    expect(((5 * 60) / (2 * 560 + 60)).toFixed(2)).toBe('0.25');
  });

  test('names only commands and options that there are', () => {
    const commands = [...text.matchAll(/npm run (?:-s )?gateway -- (.+)/g)].map(([, line]) =>
      (line ?? '').replace(/ > \S+$/, '').split(' '),
    );
    expect(commands.length).toBeGreaterThan(12);
    for (const words of commands) expect([words, problemOf(words)]).toEqual([words, undefined]);
  });
});

/** Drop at the far end, for one ohm of the pair, of evenly spread nodes of one ampere. */
const dropOfOneEnd = (nodes: number): number => (nodes + 1) / 2;

/** The worst drop of any node, the same, held at both ends. */
function dropOfBothEnds(nodes: number): number {
  const places = Array.from({ length: nodes }, (_, at) => (at + 1) / (nodes + 1));
  const drops = places.map((at) =>
    places.reduce((sum, other) => sum + Math.min(at, other) * (1 - Math.max(at, other)), 0),
  );
  return Math.max(...drops);
}

function longest(mm2: number, nodes: number, dropOf: (nodes: number) => number): string {
  const ohmAMetre = (2 * 0.0175) / mm2;
  const allowedV = 5 - healthThresholds.supplyLowMv.enter / 1_000;
  return String(Math.floor(allowedV / (ohmAMetre * 0.03 * dropOf(nodes))));
}

/** What is wrong with a documented command line; undefined: nothing. */
function problemOf(words: readonly string[]): string | undefined {
  let command: Command = openProgram();
  const rest = [...words];
  for (;;) {
    const sub = command.commands.find((one) => one.name() === rest[0]);
    if (sub === undefined) break;
    command = sub;
    rest.shift();
  }
  if (command.commands.length > 0) return `${command.name()} alone is no command`;
  for (let word = rest.shift(); word !== undefined; word = rest.shift()) {
    if (!word.startsWith('--')) {
      if (command.registeredArguments.length === 0) return `unexpected ${word}`;
      continue;
    }
    const option = command.options.find((one) => one.long === word);
    if (option === undefined) return `${command.name()} has no ${word}`;
    if (!option.required) continue;
    const value = rest.shift();
    if (value === undefined) return `${word} has no value`;
    try {
      option.parseArg?.(value, undefined);
    } catch (error) {
      return `${word} ${value}: ${String(error)}`;
    }
  }
  return undefined;
}
