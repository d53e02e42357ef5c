import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { BayState } from '#contract/bay.ts';
import { BAY_CLASSES, isShownSingly, publicCountOf } from '#contract/bay-class.ts';
import type { LotId } from '#contract/ids.ts';
import type { Site } from '#contract/site-check.ts';
import { publicLiveState } from '#api/state/public-live-state.ts';
import { InMemoryLiveState } from '../http/in-memory.ts';
import { aStreet } from '../http/street.ts';

const LOT = 'full' as LotId;
const STATES: readonly BayState[] = ['vacant', 'occupied', 'unknown'];

/** A street of general bays with so many private ones of a class at its end. */
function streetWith(privateBays: number, privateClass = 'resident', bays = 16): Site {
  const site = aStreet({ bays });
  return {
    ...site,
    bays: site.bays.map((bay, at) => ({
      ...bay,
      properties: {
        ...bay.properties,
        class: at >= bays - privateBays ? privateClass : 'general',
      },
    })),
  } as Site;
}

const anyCount = fc
  .tuple(fc.nat(60), fc.nat(60), fc.nat(60))
  .map(([vacant, occupied, unknown]) => ({ vacant, occupied, unknown }));

describe('a public count', () => {
  test('of a shared class is exact', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...BAY_CLASSES.filter(isShownSingly)),
        anyCount,
        (which, count) => {
          expect(publicCountOf(which, count)).toEqual(count);
        },
      ),
    );
  });

  test('of a private class adds up, says never more than is true, and nothing of fewer than ten', () => {
    const classes = BAY_CLASSES.filter((each) => !isShownSingly(each));
    expect(classes).toEqual(['resident', 'monthly', 'staff']);
    fc.assert(
      fc.property(fc.constantFrom(...classes), anyCount, (which, count) => {
        const all = count.vacant + count.occupied + count.unknown;
        const said = publicCountOf(which, count);
        expect(said.vacant + said.occupied + said.unknown).toBe(all);
        expect(said.vacant).toBeLessThanOrEqual(count.vacant);
        expect(said.occupied).toBeLessThanOrEqual(count.occupied);
        const saysNothing = said.vacant + said.occupied === 0;
        expect(all >= 10 || saysNothing).toBe(true);
      }),
    );
  });

  test('of a private class never makes sure of any one bay: another truth would look the same', () => {
    fc.assert(
      fc.property(anyCount, ({ vacant, occupied, unknown }) => {
        const said = JSON.stringify(publicCountOf('resident', { vacant, occupied, unknown }));
        const looksTheSame = (v: number, o: number, u: number) =>
          v >= 0 &&
          o >= 0 &&
          u >= 0 &&
          JSON.stringify(publicCountOf('resident', { vacant: v, occupied: o, unknown: u })) ===
            said;
        // For a watcher who knows the rule, a given bay may be vacant, and it may be occupied.
        const all = vacant + occupied + unknown;
        const worlds = Array.from({ length: all + 1 }, (_, v) =>
          Array.from({ length: all - v + 1 }, (_, o) => [v, o] as const),
        ).flat();
        const possible = worlds.filter(([v, o]) => looksTheSame(v, o, all - v - o));
        if (all === 0) return;
        expect(possible.some(([v]) => v > 0)).toBe(true);
        expect(possible.some(([, o]) => o > 0)).toBe(true);
      }),
      { numRuns: 60 },
    );
  });
});

type Step = { readonly bay: number; readonly state: BayState };
const steps = (bays: number) =>
  fc.array(fc.record({ bay: fc.nat(bays - 1), state: fc.constantFrom(...STATES) }), {
    maxLength: 40,
  });

/** All that anybody can get out of live state while this happens: what is asked and what is told. */
function publicStory(site: Site, story: readonly Step[]): unknown[] {
  const state = new InMemoryLiveState(site);
  const seen = publicLiveState(site, state);
  const heard: unknown[] = [];
  const look = () =>
    structuredClone({
      lots: seen.lots(),
      lot: seen.lot(LOT),
      bays: seen.baysOf(LOT),
      singly: site.bays.map(({ properties }) => seen.bay(properties.id) ?? null),
    });
  seen.onChanged((changed) => heard.push(changed, look()));
  for (const { bay, state: next } of story) {
    const id = site.bays[bay]?.properties.id ?? '';
    state.set([[id, next]], 1);
  }
  return [...heard, look()];
}

describe('what the public is told over time', () => {
  test.each(['resident', 'monthly', 'staff'])(
    'does not depend on anything that a few %s bays do',
    (privateClass) => {
      const site = streetWith(3, privateClass);
      fc.assert(
        fc.property(steps(16), steps(3), (shared, secret) => {
          const open = shared.filter(({ bay }) => bay < 13);
          // Private changes anywhere in between, against none at all.
          const mixed = open.flatMap((step, at) => {
            const extra = secret[at];
            return extra ? [{ ...extra, bay: 13 + extra.bay }, step] : [step];
          });
          const first = { bay: 0, state: 'vacant' as const };
          expect(publicStory(site, [first, ...mixed])).toEqual(publicStory(site, [first, ...open]));
        }),
        { numRuns: 60 },
      );
    },
  );

  test('is the same whichever of many resident bays it was: no difference gives one away', () => {
    const site = streetWith(12);
    fc.assert(
      fc.property(steps(16), fc.nat(11), fc.nat(11), (story, one, other) => {
        const swap = ({ bay, state }: Step): Step => ({
          state,
          bay: bay === 4 + one ? 4 + other : bay === 4 + other ? 4 + one : bay,
        });
        expect(publicStory(site, story.map(swap))).toEqual(publicStory(site, story));
      }),
      { numRuns: 60 },
    );
  });
});

test('everybody who listens hears of a lot with private bays, and who stops hears no more', () => {
  const site = streetWith(3);
  const state = new InMemoryLiveState(site);
  const seen = publicLiveState(site, state);
  const heard: string[][] = [[], []];
  const stops = heard.map((lots) => seen.onChanged((change) => void lots.push(...change.lots)));
  state.set([['full-2', 'occupied']], 1_000);
  expect(heard).toEqual([['full'], ['full']]);
  stops[0]?.();
  state.set([['full-2', 'vacant']], 2_000);
  expect(heard).toEqual([['full'], ['full', 'full']]);
});
