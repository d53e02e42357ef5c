import * as fc from 'fast-check';
import type { BayState } from '#contract/bay.ts';
import { BayId } from '#contract/ids.ts';
import type { Told } from './memory-log.ts';
import { extended, MINUTE, T0, Teller } from './street.ts';

export const BAYS = ['lot-1-1', 'lot-1-2', 'lot-2-1'].map((bay) => BayId.parse(bay));

/** What happens next to a bay or a gateway. */
interface Happening {
  readonly bay: number;
  readonly what: BayState | 'observed' | 'restart';
  /** To the next one, in milliseconds; negative: the clock stepped back. */
  readonly thenMs: number;
  /** An observed interval reaches back so far, and forward so far. */
  readonly backMs: number;
  readonly forwardMs: number;
  readonly extendedMs: number;
}

/** Mostly minutes, sometimes nothing at all, sometimes hours, seldom backwards. */
const stepMs = (backwards: number) =>
  fc.oneof(
    { weight: 6, arbitrary: fc.integer({ min: 1, max: 40 * MINUTE }) },
    { weight: 2, arbitrary: fc.constant(0) },
    { weight: 1, arbitrary: fc.integer({ min: 0, max: 300 * MINUTE }) },
    { weight: backwards, arbitrary: fc.integer({ min: -130 * MINUTE, max: -1 }) },
  );

const happening = (backwards: number): fc.Arbitrary<Happening> =>
  fc.record({
    bay: fc.nat({ max: BAYS.length - 1 }),
    what: fc.constantFrom<Happening['what']>(
      ...(['vacant', 'occupied', 'vacant', 'occupied', 'unknown'] as const),
      ...(['observed', 'observed', 'observed', 'restart'] as const),
    ),
    thenMs: stepMs(backwards),
    backMs: fc.integer({ min: 0, max: 200 * MINUTE }),
    forwardMs: fc.integer({ min: 0, max: 60 * MINUTE }),
    extendedMs: fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 400 * MINUTE })),
  });

function tellOf(happenings: readonly Happening[]): Told[] {
  const tellers = [new Teller('gw-1', 1), new Teller('gw-1', 1), new Teller('gw-2', 10_001)];
  // Both bays of the first lot have one gateway, and so one journal.
  tellers[1] = tellers[0] ?? new Teller();
  const told: Told[] = [];
  let now = T0;
  for (const { bay: at, what, thenMs, backMs, forwardMs, extendedMs } of happenings) {
    const [bay, teller] = [BAYS[at], tellers[at]];
    if (!bay || !teller) continue;
    if (what === 'restart') teller.restart();
    else if (what !== 'observed') told.push(teller.bay(what, now, bay));
    else {
      const bays = at === 1 ? BAYS.slice(0, 2) : [bay];
      const interval = teller.observed(Math.max(0, now - backMs), now + forwardMs, bays);
      told.push(interval);
      if (extendedMs > 0) told.push(extended(interval, now + forwardMs + extendedMs));
    }
    now = Math.max(0, now + thenMs);
  }
  return told;
}

/** What gateways say, in an order of arrival that respects nothing, and how it is committed. */
export interface RandomHistory {
  readonly told: readonly Told[];
  readonly commits: readonly (readonly Told[])[];
  /** Records that the view's follower is given at once. */
  readonly mostRead: number;
}

export function randomHistory(
  { most, backwards }: { most: number; backwards: number } = { most: 90, backwards: 1 },
): fc.Arbitrary<RandomHistory> {
  return fc
    .record({
      happenings: fc.array(happening(backwards), { minLength: 1, maxLength: most, size: 'max' }),
      /** How far out of their order records arrive: not, a little, or in any order. */
      disorder: fc.constantFrom(0, 3, 12, 10_000),
      shuffle: fc.array(fc.double({ min: 0, max: 1, noNaN: true }), {
        minLength: 7,
        maxLength: 97,
      }),
      mostRead: fc.constantFrom(2, 9, 1_000),
      sizes: fc.array(fc.integer({ min: 1, max: 25 }), { minLength: 1, maxLength: 9 }),
    })
    .map(({ happenings, disorder, shuffle, sizes, mostRead }) => {
      const told = tellOf(happenings);
      const arrival = told
        .map((one, at) => ({ one, at: at + disorder * (shuffle[at % shuffle.length] ?? 0) }))
        .toSorted((a, b) => a.at - b.at)
        .map(({ one }) => one);
      const commits: Told[][] = [];
      for (let at = 0; at < arrival.length;) {
        const size = sizes[commits.length % sizes.length] ?? 1;
        commits.push(arrival.slice(at, at + size));
        at += size;
      }
      return { told, commits, mostRead };
    });
}

/** The same for the same seed: a thousand happenings and more, a little out of order. */
export function longHistory(seed: number): RandomHistory {
  const [sample] = fc.sample(
    fc
      .array(happening(1), { minLength: 1_000, maxLength: 1_200, size: 'max' })
      .map((happenings): RandomHistory => {
        const told = tellOf(happenings);
        const arrival = told
          .map((one, at) => ({ one, at: at + ((at * 7_919) % 13) }))
          .toSorted((a, b) => a.at - b.at)
          .map(({ one }) => one);
        const commits = Array.from({ length: Math.ceil(arrival.length / 7) }, (_, at) =>
          arrival.slice(7 * at, 7 * at + 7),
        );
        return { told, commits, mostRead: Infinity };
      }),
    { seed, numRuns: 1 },
  );
  if (!sample) throw new Error('a sample was asked for');
  return sample;
}
