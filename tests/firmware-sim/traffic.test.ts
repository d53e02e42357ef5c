import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { BayId } from '#contract/ids.ts';
import { occupancyAt } from '#firmware-sim/world/demand.ts';
import { Player } from '#firmware-sim/world/player.ts';
import type { Change } from '#firmware-sim/world/player.ts';
import { drawDemand, seededTraffic, SHORTEST_GAP_MS } from '#firmware-sim/world/seeded-traffic.ts';
import { SHORTEST_STAY_MS } from '#firmware-sim/world/stay-lengths.ts';
import type { Visit } from '#firmware-sim/world/visit.ts';

const SEOUL = 'Asia/Seoul';
const HOUR_MS = 3_600_000;
const MINUTE_MS = 60_000;
const local = (clock: string) => Date.parse(`${clock}:00+09:00`);
const MONDAY_NIGHT = local('2026-11-23T03:00');
const SATURDAY_NOON = local('2026-11-28T12:30');

const bay = (name: string) => name as BayId;
const bays = (count: number) => Array.from({ length: count }, (_, at) => bay(`bay-${at}`));
const trafficOf = (seed: number, demand = 0.8) =>
  seededTraffic({ seed, timeZone: SEOUL, demandOf: () => demand });

function firstVisits(seed: number, name: string, from: number, count: number): Visit[] {
  const visits = trafficOf(seed).visits(bay(name), from);
  return Array.from({ length: count }, () => visits.next().value).filter((v) => v !== undefined);
}

describe('seeded traffic', () => {
  test('the same seed gives the same stays, and another seed others', () => {
    const once = firstVisits(3, 'bay-1', MONDAY_NIGHT, 50);
    expect(firstVisits(3, 'bay-1', MONDAY_NIGHT, 50)).toEqual(once);
    expect(firstVisits(4, 'bay-1', MONDAY_NIGHT, 50)).not.toEqual(once);
    expect(firstVisits(3, 'bay-2', MONDAY_NIGHT, 50)).not.toEqual(once);
  });

  test('stays of a bay never overlap, and each is long enough to be a stay', () => {
    fc.assert(
      fc.property(fc.integer(), fc.integer({ min: 0, max: 2_000_000 }), (seed, minutes) => {
        const from = MONDAY_NIGHT + minutes * MINUTE_MS;
        const visits = firstVisits(seed, 'bay', from, 20);
        for (const [at, visit] of visits.entries()) {
          const before = visits[at - 1];
          expect(visit.arrivedAt).toBeGreaterThanOrEqual(from);
          if (before === undefined) continue;
          expect(visit.arrivedAt - before.departedAt).toBeGreaterThanOrEqual(SHORTEST_GAP_MS);
          expect(visit.departedAt - visit.arrivedAt).toBeGreaterThanOrEqual(SHORTEST_STAY_MS);
        }
      }),
      { numRuns: 50 },
    );
  });

  test.each([
    ['at night', MONDAY_NIGHT],
    ['on Saturday noon', SATURDAY_NOON],
  ])('the street begins as full as it stays %s', (_when, from) => {
    const player = new Player(trafficOf(1));
    const occupied = player.begin(bays(2_000), from).size;
    let standing = occupied;
    for (const { kind } of player.advanceTo(from + 20 * MINUTE_MS)) {
      standing += kind === 'stopped' ? 1 : -1;
    }
    const expected = 2_000 * occupancyAt(0.8, from, SEOUL);
    expect(Math.abs(occupied - expected)).toBeLessThan(90);
    expect(Math.abs(standing - expected)).toBeLessThan(110);
  });

  test('350 bays of lots by their own demand change at least six times a minute even at night', () => {
    const demandOf = (name: BayId) => drawDemand(1, `lot-${Number(name.slice(4)) % 6}`);
    const player = new Player(seededTraffic({ seed: 1, timeZone: SEOUL, demandOf }));
    player.begin(bays(350), MONDAY_NIGHT);
    const changes = player.advanceTo(MONDAY_NIGHT + 2 * HOUR_MS).length;
    expect(changes / 120).toBeGreaterThan(6);
    expect(changes / 120).toBeLessThan(12);
  });

  test('over a week bays are as occupied as the hours and the demand say', () => {
    const player = new Player(trafficOf(5, 0.7));
    const from = local('2026-11-23T00:00');
    let standing = player.begin(bays(150), from).size;
    let [since, occupiedMs] = [from, 0];
    for (const { at, kind } of player.advanceTo(from + 168 * HOUR_MS)) {
      occupiedMs += standing * (at - since);
      since = at;
      standing += kind === 'stopped' ? 1 : -1;
    }
    const hours = Array.from({ length: 168 }, (_, hour) =>
      occupancyAt(0.7, from + (hour + 0.5) * HOUR_MS, SEOUL),
    );
    const expected = hours.reduce((sum, share) => sum + share, 0) / 168;
    expect(occupiedMs / (150 * (since - from)) / expected).toBeGreaterThan(0.93);
    expect(occupiedMs / (150 * (since - from)) / expected).toBeLessThan(1.07);
  });

  test('a lot that nobody wants stays empty', () => {
    expect(trafficOf(1, 0).visits(bay('bay'), MONDAY_NIGHT).next().value).toBeUndefined();
  });

  test('Saturday noon is the fullest, and Sunday morning starts late', () => {
    const share = (clock: string) => occupancyAt(0.9, local(clock), SEOUL);
    expect(share('2026-11-28T13:00')).toBeGreaterThan(share('2026-11-25T13:00'));
    expect(share('2026-11-29T09:00')).toBeLessThan(share('2026-11-25T09:00'));
    expect(share('2026-11-25T03:00')).toBeLessThan(0.5 * share('2026-11-25T11:00'));
  });

  test('market hours are local to the site', () => {
    const noonInSeoul = local('2026-11-25T12:00');
    expect(occupancyAt(1, noonInSeoul, SEOUL)).toBeCloseTo(0.95);
    expect(occupancyAt(1, noonInSeoul, 'America/New_York')).toBeCloseTo(0.52);
  });
});

describe('playing', () => {
  test('changes come in order of time, and each bay stops and leaves in turn', () => {
    const player = new Player(trafficOf(9));
    const standing = player.begin(bays(60), MONDAY_NIGHT);
    const changes: Change[] = [];
    for (let hour = 1; hour <= 24; hour += 1) {
      changes.push(...player.advanceTo(MONDAY_NIGHT + hour * HOUR_MS));
    }
    expect(changes.length).toBeGreaterThan(1_000);
    for (const [at, change] of changes.entries()) {
      expect(change.at).toBeGreaterThanOrEqual(changes[at - 1]?.at ?? 0);
      expect(standing.has(change.bay)).toBe(change.kind === 'left');
      if (change.kind === 'left') standing.delete(change.bay);
      else standing.add(change.bay);
    }
  });

  test('it does not matter in which steps time passes', () => {
    const inOneStep = new Player(trafficOf(2));
    const inMany = new Player(trafficOf(2));
    expect(inOneStep.begin(bays(30), SATURDAY_NOON)).toEqual(inMany.begin(bays(30), SATURDAY_NOON));
    const many: Change[] = [];
    for (let minute = 1; minute <= 300; minute += 1) {
      many.push(...inMany.advanceTo(SATURDAY_NOON + minute * MINUTE_MS));
    }
    expect(many).toEqual(inOneStep.advanceTo(SATURDAY_NOON + 300 * MINUTE_MS));
  });

  test('nothing more is played at a bay that was released', () => {
    const player = new Player(trafficOf(2));
    player.begin(bays(30), SATURDAY_NOON);
    player.release(bay('bay-3'));
    const changes = player.advanceTo(SATURDAY_NOON + 24 * HOUR_MS);
    expect(changes.filter((change) => change.bay === 'bay-3')).toEqual([]);
    expect(changes.length).toBeGreaterThan(100);
  });
});
