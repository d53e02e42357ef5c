import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BayId, LineId } from '#contract/ids.ts';
import { readStored } from '#gateway/journal/backlog.ts';
import { Journal } from '#gateway/journal/journal.ts';
import { WallTime } from '#gateway/journal/wall-time.ts';
import type { Clock } from '#runtime/clock.ts';
import { silentLog } from '#runtime/log.ts';
import { openTempFolder } from '../support/temp-folder.ts';

const START = 1_790_000_000_000;
const BAYS = ['a', 'b', 'c'].map((id) => BayId.parse(id));
const LINE = LineId.parse('line-1');

type Step =
  | { readonly do: 'bay'; readonly bay: number; readonly occupied: boolean }
  | { readonly do: 'interval' | 'newRun' | 'takeBack' }
  | { readonly do: 'flush'; readonly dated: boolean }
  | { readonly do: 'settle' | 'step'; readonly by: number };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ do: fc.constant('bay'), bay: fc.nat(2), occupied: fc.boolean() }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('flush'), dated: fc.boolean() }) },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('settle'), by: fc.nat(5) }) },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant('step'), by: fc.integer({ min: -9_000, max: 9_000 }) }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constantFrom('interval', 'newRun', 'takeBack') }) },
);

/** A gateway's journal with a clock that may be stepped. */
class Rig implements Disposable {
  readonly #folder = openTempFolder();
  readonly #now = { wallMs: START, monoMs: 0 };
  readonly #wallTime: WallTime;
  readonly journal: Journal;

  constructor() {
    const clock: Clock = { wallMs: () => this.#now.wallMs, monoMs: () => this.#now.monoMs };
    this.#wallTime = new WallTime(clock, START - 1);
    this.journal = new Journal(this.#folder.path, this.#wallTime, silentLog);
  }

  take(each: Step): void {
    const { journal } = this;
    this.#now.wallMs += 1;
    this.#now.monoMs += 1;
    const { monoMs: sensedMono } = this.#now;
    const { running } = journal;
    switch (each.do) {
      case 'bay': {
        const state = each.occupied ? 'occupied' : 'vacant';
        const bay = BAYS[each.bay] ?? BayId.parse('a');
        journal.appendBay({ bay, state, cause: 'sensor', confidence: 0.9, sensedMono });
        break;
      }
      case 'interval':
        journal.appendObserved(LINE, BAYS, sensedMono, sensedMono);
        break;
      case 'newRun':
        journal.beginRun();
        break;
      case 'flush':
        journal.flush({ dated: each.dated });
        break;
      case 'settle':
        journal.settle(running, Math.min(running.lastSeq, running.settledSeq + each.by));
        break;
      case 'takeBack':
        journal.flush();
        journal.unsettle(running, 0);
        break;
      case 'step':
        this.#now.wallMs += each.by;
        this.#wallTime.check();
        break;
    }
  }

  [Symbol.dispose](): void {
    this.journal.close();
    this.#folder[Symbol.dispose]();
  }
}

test('what a journal remembers of its newest records is what its disk says of them', () => {
  fc.assert(
    fc.property(fc.array(step, { minLength: 1, maxLength: 60 }), (steps) => {
      using rig = new Rig();
      const { journal } = rig;
      for (const each of steps) {
        rig.take(each);
        for (const run of journal.runs) {
          for (let after = run.settledSeq; after <= run.lastSeq; after += 1) {
            const remembered = journal.recent.after(run, after, 7);
            if (!remembered) continue;
            expect(remembered.length).toBeGreaterThan(0);
            expect(remembered).toEqual(readStored(journal, run, after, remembered.length));
          }
        }
      }
    }),
    { numRuns: 60 },
  );
});

test('what was just written with its wall time leaves without being read back, until it is settled', () => {
  using rig = new Rig();
  const { journal } = rig;
  const { running } = journal;
  for (let n = 0; n < 5; n += 1) rig.take({ do: 'bay', bay: n % 3, occupied: n % 2 === 0 });
  expect(journal.recent.after(running, 0, 10)).toBeUndefined();
  rig.take({ do: 'flush', dated: true });
  const seqsAfter = (seq: number) => journal.recent.after(running, seq, 10)?.map((one) => one.seq);
  expect([seqsAfter(0), seqsAfter(3)]).toEqual([
    [1, 2, 3, 4, 5],
    [4, 5],
  ]);
  rig.take({ do: 'settle', by: 2 });
  expect([seqsAfter(0), seqsAfter(2), seqsAfter(5)]).toEqual([undefined, [3, 4, 5], undefined]);
});
