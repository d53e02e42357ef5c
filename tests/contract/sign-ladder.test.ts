import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { deadlines } from '#contract/deadlines.ts';
import { fadedShow, layoutShow, shownToken } from '#contract/sign-fade.ts';
import {
  ladderOf,
  ladderRules,
  ladderStepOf,
  signBandOf,
  SIGN_BANDS,
  SIGN_CAUSES,
} from '#contract/sign-ladder.ts';
import type { LadderInput, LadderMemory, SignShow } from '#contract/sign-ladder.ts';

const GOOD: LadderInput = {
  vacant: 40,
  unknown: 0,
  capacity: 100,
  ageMs: 1_000,
  confidence: 1,
  open: true,
};

const said = (input: Partial<LadderInput>): string => {
  const { show, cause } = ladderStepOf({ ...GOOD, ...input });
  return `${shownToken(show)} ${cause}`;
};

/** vacant, unknown, capacity, age in s, confidence → what is shown and why. */
const TABLE = `
 40    0  100    1  1.0  number:40 counted
 40    5  100    1  1.0  number:40 counted
 40    6  100    1  1.0  band:plenty someUnknown
 40   20  100    1  1.0  band:plenty someUnknown
 40   21  100    1  1.0  parking tooManyUnknown
 20    9  100    1  1.0  band:moderate someUnknown
 20   11  100    1  1.0  parking bandUnsure
  4    6  100    1  1.0  band:few someUnknown
  4    7  100    1  1.0  parking bandUnsure
  1    0  100    1  1.0  number:1 counted
  0    0  100    1  1.0  full noneVacant
  0    2  100    1  1.0  full noneVacant
  0    3  100    1  1.0  band:few someUnknown
  0   10  100    1  1.0  band:few someUnknown
  0   11  100    1  1.0  parking bandUnsure
  0  100  100    1  1.0  parking noData
  7    1   12    1  1.0  number:7 counted
  7    2   12    1  1.0  band:plenty someUnknown
  7    3   12    1  1.0  parking tooManyUnknown
  0    1   12    1  1.0  full noneVacant
  0    1    1    1  1.0  parking noData
  1    0    1    1  1.0  number:1 counted
  0    0    0    1  1.0  parking noData
 40    0  100   60  1.0  number:40 counted
 40    0  100   61  1.0  band:plenty delayed
 40    0  100  180  1.0  band:plenty delayed
 40    0  100  181  1.0  blank expired
  0    0  100  180  1.0  full noneVacant
  0    0  100  181  1.0  blank expired
 40    0  100    -  1.0  parking noData
 40    0  100    1  0.8  number:40 counted
 40    0  100    1  0.7  band:plenty doubtful
  0    0  100    1  0.7  band:few doubtful
 40    0  100    1  0.5  band:plenty doubtful
 40    0  100    1  0.4  parking doubtful
  0    0  100    1  0.4  parking doubtful
`;

describe('the ladder', () => {
  test.each(
    TABLE.trim()
      .split('\n')
      .map((row) => row.trim().split(/\s+/)),
  )('of %s vacant, %s unknown, %s bays, %s s old, trusted %s is %s: %s', (...cells) => {
    const [vacant, unknown, capacity, age, confidence, show, cause] = cells;
    const input = {
      vacant: Number(vacant),
      unknown: Number(unknown),
      capacity: Number(capacity),
      ageMs: age === '-' ? undefined : 1_000 * Number(age),
      confidence: Number(confidence),
    };
    expect(said(input)).toBe(`${show} ${cause}`);
    // A closed lot shows its word, whatever is counted there.
    expect(said({ ...input, open: false })).toBe('closed outOfHours');
  });

  test('calls by one word what is at most a tenth, less than a third, and more', () => {
    const words = [0, 10, 11, 30, 31, 100].map((vacant) => signBandOf(vacant, 100));
    expect(words).toEqual(['few', 'few', 'moderate', 'moderate', 'plenty', 'plenty']);
    expect([3, 4, 6, 7].map((vacant) => signBandOf(vacant, 10))).toEqual([
      'few',
      'moderate',
      'moderate',
      'plenty',
    ]);
  });
});

/** A second each: vacant, or `u` with more unknown than digits allow. */
function film(frames: string): string {
  let memory: LadderMemory | undefined;
  const shown = frames
    .trim()
    .split(/\s+/)
    .map((frame, at) => {
      const [vacant = 0, unknown = 0] = frame.split('u').map(Number);
      memory = ladderOf({ ...GOOD, vacant, unknown }, memory, 1_000 * at);
      return shownToken(memory.step.show).replace('number:', '').replace('parking', 'P');
    });
  return shown.join(' ');
}

const times = (count: number, frame: string) => `${frame} `.repeat(count);

describe('over time a sign', () => {
  test('takes 만차 down at once, and shows no digits for a single bay that flaps', () => {
    expect(film('0 1 0 1 0')).toBe('full band:few band:few band:few band:few');
  });

  test('shows digits again at once when several bays are free', () => {
    expect(film('0 3')).toBe('full 3');
  });

  test('shows a single free bay after the dwell, and 만차 again', () => {
    expect(
      film(`0 ${times(20, '1')} 1`)
        .split(' ')
        .slice(-2),
    ).toEqual(['band:few', '1']);
    expect(
      film(`0 1 ${times(20, '0')}`)
        .split(' ')
        .slice(-2),
    ).toEqual(['band:few', 'full']);
  });

  test('counts down to 만차 without waiting', () => {
    expect(film('3 2 1 0')).toBe('3 2 1 full');
  });

  test('gives digits up at once and takes them back only after the dwell', () => {
    expect(film('40 40u6 40 40u6 40')).toBe('40 ' + 'band:plenty '.repeat(4).trim());
    expect(
      film(`40u6 ${times(20, '40')} 40`)
        .split(' ')
        .slice(-2),
    ).toEqual(['band:plenty', '40']);
  });

  test('shows the lesser word of what it said and what is', () => {
    expect(film('40u6 5 35')).toBe('band:plenty band:few band:few');
  });

  test('begins with the truth', () => {
    expect([film('12'), film('0'), film('0u50')]).toEqual(['12', 'full', 'P']);
  });
});

const bays = fc
  .record({ vacant: fc.nat(60), unknown: fc.nat(60), occupied: fc.nat(200) })
  .map(({ vacant, unknown, occupied }) => ({
    vacant,
    unknown,
    capacity: vacant + unknown + occupied,
  }));
const anyInput: fc.Arbitrary<LadderInput> = fc
  .tuple(
    bays,
    fc.record({
      ageMs: fc.option(fc.oneof(fc.nat(20_000), fc.nat(400_000)), { nil: undefined }),
      confidence: fc.double({ min: 0, max: 1, noNaN: true }),
      open: fc.boolean(),
    }),
  )
  .map(([counted, rest]) => ({ ...counted, ...rest }));
/** Mostly alike, so that every hysteresis is met. */
const aLife = fc
  .array(
    fc.tuple(
      fc.oneof({ weight: 3, arbitrary: anyInput }, { weight: 5, arbitrary: fc.nat(4) }),
      fc.oneof(fc.nat(3_000), fc.nat(60_000)),
    ),
    { minLength: 1, maxLength: 40 },
  )
  .map((frames) =>
    frames.map(([frame, passMs]) => ({
      input: typeof frame === 'number' ? { ...GOOD, vacant: frame, capacity: 60 } : frame,
      passMs,
    })),
  );

interface Moment {
  readonly nowMs: number;
  readonly input: LadderInput;
  readonly memory: LadderMemory;
}

function lived(
  life: readonly { readonly input: LadderInput; readonly passMs: number }[],
): Moment[] {
  let memory: LadderMemory | undefined;
  let nowMs = 0;
  return life.map(({ input, passMs }) => {
    nowMs += passMs;
    memory = ladderOf(input, memory, nowMs);
    return { nowMs, input, memory };
  });
}

/** What of a show is not true of the lot. */
function liesOf({ show }: LadderMemory['step'], input: LadderInput): string[] {
  const { vacant, unknown, capacity, open } = input;
  const ageMs = input.ageMs ?? Number.POSITIVE_INFINITY;
  const rules = ladderRules;
  const isUnknown = (share: number) => unknown > Math.max(1, share * capacity);
  const isStatic = ['closed', 'parking', 'blank'].includes(show.kind);
  const place = (band: (typeof SIGN_BANDS)[number]) => SIGN_BANDS.indexOf(band);
  const lies = {
    'more than is vacant': show.kind === 'number' && show.vacant > vacant,
    'a zero': show.kind === 'number' && show.vacant < 1,
    'digits of what is not known': show.kind === 'number' && isUnknown(rules.numberUnknownShare),
    'digits past their deadline': show.kind === 'number' && ageMs > deadlines.signNumberMs,
    'full with a vacant bay': show.kind === 'full' && vacant > 0,
    'full of what is not known': show.kind === 'full' && isUnknown(rules.fullUnknownShare),
    'too good a word': 'band' in show && place(show.band) < place(signBandOf(vacant, capacity)),
    'a word past its deadline': !isStatic && ageMs > deadlines.signBandMs,
    'anything but closed': !open && show.kind !== 'closed',
    closed: open && show.kind === 'closed',
  };
  return Object.entries(lies).flatMap(([lie, told]) => (told ? [lie] : []));
}

describe('whatever happened before, a sign', () => {
  test('never says more than is true, and always why', () => {
    fc.assert(
      fc.property(aLife, (life) => {
        for (const { input, memory } of lived(life)) {
          expect(liesOf(memory.step, input)).toEqual([]);
          expect(SIGN_CAUSES).toContain(memory.step.cause);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('never says less for longer than the dwell', () => {
    fc.assert(
      fc.property(aLife, anyInput, (life, last) => {
        const before = lived(life).at(-1)?.memory;
        const now = ladderOf(last, before, 4_000_000);
        const later = ladderOf(last, now, 4_000_000 + ladderRules.dwellMs);
        expect(later.step).toEqual(ladderStepOf(last));
      }),
      { numRuns: 500 },
    );
  });

  test('does not show 만차 twice within the dwell', () => {
    fc.assert(
      fc.property(aLife, (life) => {
        const restsMs: number[] = [];
        let leftMs = Number.NEGATIVE_INFINITY;
        let was = false;
        for (const { memory, nowMs } of lived(life)) {
          const is = memory.step.show.kind === 'full';
          if (is && !was) restsMs.push(nowMs - leftMs);
          if (was && !is) leftMs = nowMs;
          was = is;
        }
        expect(restsMs.filter((restMs) => restMs < ladderRules.dwellMs)).toEqual([]);
      }),
      { numRuns: 500 },
    );
  });
});

const anyShow: fc.Arbitrary<SignShow> = fc.oneof(
  fc.record({
    kind: fc.constant('number' as const),
    vacant: fc.integer({ min: 1, max: 999 }),
    band: fc.constantFrom(...SIGN_BANDS),
  }),
  fc.record({ kind: fc.constant('band' as const), band: fc.constantFrom(...SIGN_BANDS) }),
  fc.record({ kind: fc.constantFrom('full', 'parking', 'closed', 'blank', 'test') }),
);

describe('what a sign was told', () => {
  test.each([
    [0, 'number:7'],
    [59_999, 'number:7'],
    [60_000, 'band:few'],
    [179_999, 'band:few'],
    [180_000, 'blank'],
    [-1, 'blank'],
    [Number.NaN, 'blank'],
  ])('is after %s ms %s', (elapsedMs, token) => {
    const validity = { validForMs: 60_000, wordForMs: 180_000, lastly: 'blank' } as const;
    const show = fadedShow({ kind: 'number', vacant: 7, band: 'few' }, elapsedMs, validity);
    expect(shownToken(show)).toBe(token);
  });

  test('has no digits past its deadline, and no word past the next', () => {
    fc.assert(
      fc.property(
        anyShow,
        fc.integer({ min: 1, max: 60_000 }),
        fc.nat(120_000),
        fc.constantFrom('blank' as const, 'parking' as const),
        fc.integer({ min: -10, max: 400_000 }),
        (show, validForMs, moreMs, lastly, elapsedMs) => {
          const wordForMs = validForMs + moreMs;
          const left = fadedShow(show, elapsedMs, { validForMs, wordForMs, lastly });
          const isDue = left.kind !== 'number' || elapsedMs < validForMs;
          const isOver = elapsedMs < wordForMs || left.kind === lastly;
          expect([isDue, isOver]).toEqual([true, true]);
          expect(['parking', 'blank']).toContain(layoutShow(show).kind);
        },
      ),
    );
  });
});
