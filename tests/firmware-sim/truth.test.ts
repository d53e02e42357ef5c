import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { BayId } from '#contract/ids.ts';
import { CLEAR } from '#firmware-sim/scenario.ts';
import { City } from '#firmware-sim/world/city.ts';
import { parseReplay } from '#firmware-sim/world/replay.ts';
import { openTruth } from '#firmware-sim/world/truth.ts';
import type { TruthEntry } from '#firmware-sim/world/truth.ts';
import { silentLog } from '#runtime/log.ts';
import { trueStaysOf } from '../support/checker.ts';
import { openTempFolder } from '../support/temp-folder.ts';

const bay = (name: string) => name as BayId;
const linesOf = (path: string) => readFileSync(path, 'utf8').trimEnd().split('\n');

describe('the truth log', () => {
  let folder: ReturnType<typeof openTempFolder>;
  let path: string;

  beforeEach(() => {
    folder = openTempFolder();
    path = join(folder.path, 'deep', 'truth.jsonl');
  });
  afterEach(() => folder[Symbol.dispose]());

  test('what happened stands in the file at once, and a second run goes on after the first', () => {
    const first = openTruth(path, 1_000_000, silentLog);
    first.write({ kind: 'stopped', bay: bay('a-1'), at: 5 });
    expect(linesOf(path)).toEqual(['{"kind":"stopped","bay":"a-1","at":5}']);
    const second = openTruth(path, 1_000_000, silentLog);
    second.write({ kind: 'left', bay: bay('a-1'), at: 9 });
    expect(trueStaysOf(linesOf(path))).toEqual([
      { bay: 'a-1', stoppedAt: 5, leftAt: 9, initial: false },
    ]);
    first.close();
    second.close();
  });

  test('a full file becomes the previous one, and no line is torn', () => {
    const truth = openTruth(path, 1_024, silentLog);
    for (let at = 0; at < 60; at += 1) truth.write({ kind: 'stopped', bay: bay('a-1'), at });
    const kept = [...linesOf(`${path}.1`), ...linesOf(path)].map(
      (line) => (JSON.parse(line) as TruthEntry).at,
    );
    expect(kept.at(-1)).toBe(59);
    expect(kept).toEqual(Array.from(kept, (_, index) => 60 - kept.length + index));
    expect(readFileSync(`${path}.1`).length).toBeLessThanOrEqual(1_024);
    truth.close();
  });

  test('what the disk does not take is counted', () => {
    const truth = openTruth(path, 1_000_000, silentLog);
    truth.close();
    truth.write({ kind: 'left', bay: bay('a-1'), at: 9 });
    expect(truth.lost).toBe(1);
  });
});

describe('the city', () => {
  const STARTS_AT = Date.parse('2026-11-23T09:00:00Z');
  const csv = `bay,arrivedAt,departedAt
a-1,2026-11-23T08:00:00Z,2026-11-23T09:10:00Z
a-1,2026-11-23T09:20:00Z,2026-11-23T09:30:00Z
a-2,2026-11-23T09:05:00Z,2026-11-23T09:06:00Z
`;
  let entries: TruthEntry[];
  let changed: string[];
  let city: City;

  beforeEach(() => {
    vi.useFakeTimers({ now: 1_000_000 });
    entries = [];
    changed = [];
    city = new City({
      bays: ['a-1', 'a-2', 'a-3'].map((name) => ({ bay: bay(name), mountMm: 2_600 })),
      traffic: parseReplay(csv, new Set(['a-1', 'a-2', 'a-3'])).traffic,
      startsAt: STARTS_AT,
      speed: 60,
      seed: 1,
      mix: CLEAR,
      clock: { wallMs: () => Date.now(), monoMs: () => Date.now() - 900_000 },
      truth: { write: (entry) => void entries.push(entry), lost: 0, close: () => undefined },
      onChange: (name) => void changed.push(name),
    });
    city.start();
  });
  afterEach(() => {
    city.close();
    vi.useRealTimers();
  });

  test('a recording at sixty times its speed is true at the instants of the real clock', () => {
    vi.advanceTimersByTime(3_600_000);
    expect(entries.slice(0, 3).map(({ kind, at }) => [kind, at])).toEqual([
      ['initial', 1_000_000],
      ['initial', 1_000_000],
      ['initial', 1_000_000],
    ]);
    expect(entries.slice(3)).toEqual([
      { kind: 'stopped', bay: 'a-2', at: 1_005_000 },
      { kind: 'left', bay: 'a-2', at: 1_006_000 },
      { kind: 'left', bay: 'a-1', at: 1_010_000 },
      { kind: 'stopped', bay: 'a-1', at: 1_020_000 },
      { kind: 'left', bay: 'a-1', at: 1_030_000 },
    ]);
    expect(changed).toEqual(['a-2', 'a-2', 'a-1', 'a-1', 'a-1']);
  });

  test('a bay that is driven by hand is left alone by the traffic', () => {
    city.leave('a-1');
    expect(() => city.leave('a-1')).toThrow('vacant');
    city.park('a-3');
    expect(() => city.park('a-3')).toThrow('occupied');
    expect(() => city.park('b-1')).toThrow('no simulated bay');
    vi.advanceTimersByTime(3_600_000);
    expect(entries.filter((entry) => 'bay' in entry && entry.bay === 'a-1').slice(1)).toEqual([
      { kind: 'left', bay: 'a-1', at: 1_000_000 },
    ]);
    expect(city.isOccupied(bay('a-1'))).toBe(false);
    expect(city.isOccupied(bay('a-3'))).toBe(true);
  });

  test('a closed city has no timer left', () => {
    city.close();
    expect(vi.getTimerCount()).toBe(0);
  });
});
