import { expect, test } from 'vitest';
import type { BayId } from '#contract/ids.ts';
import { Player } from '#firmware-sim/world/player.ts';
import { parseReplay } from '#firmware-sim/world/replay.ts';
import { ConfigError } from '#runtime/errors.ts';

const bays = new Set(['a-1', 'a-2', 'a-3']);
const at = (clock: string) => Date.parse(`2026-11-23T${clock}:00Z`);
const iso = (ms: number) => new Date(ms).toISOString().slice(11, 16);

function play(csv: string): string[] {
  const { traffic, firstAt = 0 } = parseReplay(csv, bays);
  const player = new Player(traffic);
  const standing = player.begin([...bays] as BayId[], firstAt - 1);
  expect(standing.size).toBe(0);
  return player
    .advanceTo(at('23:59'))
    .map((change) => `${iso(change.at)} ${change.bay} ${change.kind}`);
}

test('a recording is replayed exactly, in the order of time, whatever the order of its rows', () => {
  const csv = `bay,arrived at,departed at
a-2,2026-11-23T09:05:00Z,2026-11-23T09:30:00Z
a-1,2026-11-23T18:00:00+09:00,2026-11-23T09:05:00Z
a-2,2026-11-23T09:01:00Z,2026-11-23T09:05:00Z
a-3,2026-11-23T10:00:00Z,
`;
  expect(play(csv)).toEqual([
    '09:00 a-1 stopped',
    '09:01 a-2 stopped',
    '09:05 a-1 left',
    '09:05 a-2 left',
    '09:05 a-2 stopped',
    '09:30 a-2 left',
    '10:00 a-3 stopped',
  ]);
});

test('a stay that began before the start is standing at the start', () => {
  const csv = 'bay,arrivedAt,departedAt\na-1,2026-11-23T09:00:00Z,2026-11-23T09:30:00Z\n';
  const player = new Player(parseReplay(csv, bays).traffic);
  expect([...player.begin(['a-1' as BayId], at('09:10'))]).toEqual(['a-1']);
  expect(player.nextAt).toBe(at('09:30'));
});

test('bad rows are named by their line and left out, and the others are played', () => {
  const csv = `bay,arrivedAt,departedAt
b-9,2026-11-23T09:00:00Z,2026-11-23T09:30:00Z
a-1,2026-11-23T09:00:00Z,2026-11-23T09:30:00Z
a-1,2026-11-23T09:20:00Z,2026-11-23T09:40:00Z
a-2,yesterday,2026-11-23T09:30:00Z
a-2,2026-11-23T09:00:00,2026-11-23T09:30:00Z
a-2,2026-11-23T09:00:00Z,soon
a-2,2026-11-23T09:30:00Z,2026-11-23T09:30:00Z
a-2
a-3,2026-11-23T11:00:00Z,2026-11-23T11:30:00Z
`;
  const { badRows, stays, firstAt } = parseReplay(csv, bays);
  expect(stays).toBe(2);
  expect(firstAt).toBe(at('09:00'));
  expect(badRows.map(({ line }) => line)).toEqual([2, 4, 5, 6, 7, 8, 9]);
  expect(badRows[0]?.reason).toContain('b-9');
  expect(badRows[1]?.reason).toContain('still occupied');
  expect(badRows[2]?.reason).toContain('yesterday');
  expect(play(csv)).toEqual([
    '09:00 a-1 stopped',
    '09:30 a-1 left',
    '11:00 a-3 stopped',
    '11:30 a-3 left',
  ]);
});

test('a quote that never closes spoils its own rows and is named', () => {
  const csv = `bay,arrivedAt,departedAt
a-1,2026-11-23T09:00:00Z,2026-11-23T09:30:00Z
a"-2,2026-11-23T09:00:00Z,2026-11-23T09:30:00Z
a-3,2026-11-23T09:00:00Z,2026-11-23T09:30:00Z
`;
  const { badRows, stays } = parseReplay(csv, bays);
  expect(stays).toBe(2);
  expect(badRows).toHaveLength(1);
  expect(badRows[0]?.line).toBe(3);
});

test('a file without the columns is no recording', () => {
  expect(() => parseReplay('id;from;to\n', bays)).toThrow(ConfigError);
  expect(() => parseReplay('', bays)).toThrow('bay,arrivedAt,departedAt');
});
