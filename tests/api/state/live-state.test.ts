import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { countsOf } from '#contract/headline.ts';
import { LotFact } from '#contract/event.ts';
import { LotId } from '#contract/ids.ts';
import { GATEWAY, openLiveRig } from './live-rig.ts';
import type { LiveRig } from './live-rig.ts';

const LOT = LotId.parse('lot-1');

/** Lets time pass as the sweep's timer would. */
function pass({ clock, live }: LiveRig, ms: number): void {
  for (let passed = 0; passed < ms; passed += 250) {
    clock.pass(Math.min(250, ms - passed));
    live.sweep();
  }
}

describe('a bay', () => {
  test('is unknown until it was observed', () => {
    using rig = openLiveRig();
    rig.change(1, 1, 'occupied');
    expect(rig.stateOf(1)).toBe('unknown');
    rig.observe({ 1: 0 }, 1);
    expect(rig.stateOf(1)).toBe('occupied');
  });

  test('is unknown 15 s after its last observation, to the sweep', () => {
    using rig = openLiveRig();
    rig.change(1, 1, 'occupied');
    rig.observe({ 1: 2_000 }, 1);
    pass(rig, 12_750);
    expect(rig.stateOf(1)).toBe('occupied');
    pass(rig, 500);
    expect(rig.stateOf(1)).toBe('unknown');
    expect(rig.live.bay(rig.bays[1] as never)?.since).toBe(rig.clock.wallMs() - 15_250);
  });

  test('stays known while it is reported, whatever the wall clock of its gateway says', () => {
    using rig = openLiveRig();
    rig.skewMs = 40_000_000;
    rig.change(1, 1, 'occupied');
    for (let report = 0; report < 20; report += 1) {
      rig.observe({ 1: 500 }, 1);
      pass(rig, 5_000);
      expect(rig.stateOf(1)).toBe('occupied');
    }
  });

  test('goes on after the clock of its gateway has stepped back by an hour', () => {
    using rig = openLiveRig();
    rig.change(1, 1, 'occupied');
    rig.observe({ 1: 500 }, 1);
    pass(rig, 5_000);
    rig.skewMs = -3_600_000;
    rig.change(1, 2, 'vacant');
    for (let report = 0; report < 20; report += 1) {
      rig.observe({ 1: 500 }, 2);
      expect(rig.stateOf(1)).toBe('vacant');
      pass(rig, 5_000);
      expect(rig.stateOf(1)).toBe('vacant');
    }
  });

  test.each([-12_000, -4_000, 3_000, 3_600_000])(
    'is known again 20 s after a step of %i ms',
    (by) => {
      using rig = openLiveRig();
      rig.change(1, 1, 'occupied');
      rig.observe({ 1: 500 }, 1);
      pass(rig, 5_000);
      rig.skewMs += by;
      for (let report = 0; report < 4; report += 1) {
        rig.observe({ 1: 500 }, 1);
        pass(rig, 5_000);
      }
      rig.observe({ 1: 500 }, 1);
      expect(rig.stateOf(1)).toBe('occupied');
      pass(rig, 5_000);
      expect(rig.stateOf(1)).toBe('occupied');
    },
  );

  test('is not made younger by a report that was long on its way', () => {
    using rig = openLiveRig();
    rig.change(1, 1, 'occupied');
    rig.observe({ 1: 0 }, 1);
    pass(rig, 20_000);
    rig.observe({ 1: 0 }, 1, { transitMs: 16_000 });
    expect(rig.stateOf(1)).toBe('unknown');
    rig.observe({ 1: 0 }, 1, { transitMs: 5_000 });
    expect(rig.stateOf(1)).toBe('occupied');
    pass(rig, 10_250);
    expect(rig.stateOf(1)).toBe('unknown');
  });

  test('is not extended by a report from beyond the last event heard', () => {
    using rig = openLiveRig();
    rig.change(1, 1, 'occupied');
    rig.observe({ 1: 0 }, 7);
    expect(rig.stateOf(1)).toBe('unknown');
    rig.snapshot({ 1: 'vacant' }, 7);
    expect(rig.stateOf(1)).toBe('vacant');
    rig.observe({ 1: 0, 2: 0 }, 7);
    expect(rig.stateOf(2)).toBe('unknown');
  });

  test('is extended by a report that came before the events it was made after, once those are heard', () => {
    using rig = openLiveRig();
    rig.change(1, 1, 'occupied');
    rig.observe({ 1: 2_000, 2: 2_000 }, 3);
    expect(rig.stateOf(1)).toBe('unknown');
    rig.change(2, 2, 'vacant');
    expect(rig.stateOf(1)).toBe('unknown');
    rig.change(3, 3, 'occupied');
    expect([rig.stateOf(1), rig.stateOf(2)]).toEqual(['occupied', 'vacant']);
    // By what it said, and not as if it had come only now.
    pass(rig, 13_500);
    expect(rig.stateOf(1)).toBe('unknown');
  });

  test('keeps of such reports the newest only, and of its own journal', () => {
    using rig = openLiveRig();
    rig.change(1, 1, 'occupied');
    rig.observe({ 1: 0 }, 3);
    rig.observe({ 2: 0 }, 4);
    rig.change(2, 2, 'vacant');
    rig.change(2, 3, 'occupied');
    rig.change(2, 4, 'vacant', 2);
    expect([rig.stateOf(1), rig.stateOf(2)]).toEqual(['unknown', 'unknown']);
  });

  test('is not extended by a report after an event of it may have been lost', () => {
    using rig = openLiveRig();
    rig.change(1, 1, 'occupied');
    rig.live.hearLoss(1, 8);
    rig.change(2, 9, 'vacant');
    rig.observe({ 1: 0, 2: 0 }, 9);
    expect([rig.stateOf(1), rig.stateOf(2)]).toEqual(['unknown', 'vacant']);
  });

  test('is never live by what the broker kept', () => {
    using rig = openLiveRig();
    rig.snapshot({ 1: 'vacant' }, 5, { retained: true });
    rig.observe({ 1: 0 }, 0, { retained: true });
    expect(rig.stateOf(1)).toBe('unknown');
    expect(rig.live.bay(rig.bays[1] as never)?.since).toBe(rig.clock.wallMs());
    expect(rig.live.lot(LOT)?.observedAt).toBeNull();
    rig.observe({ 1: 0 }, 5);
    expect(rig.stateOf(1)).toBe('vacant');
  });

  test('is unknown after a restart until a fresh report, and then as the log has it', () => {
    using probe = openLiveRig();
    const [, bay] = probe.bays;
    const last = {
      bay: bay as never,
      journalOrder: 3,
      seq: 40,
      state: 'occupied',
      sensedAt: 7,
    } as const;
    using rig = openLiveRig({ bays: [last], facts: [] });
    rig.live.knowJournal(3, 44);
    expect(rig.live.bay(bay as never)).toEqual({ bay, state: 'unknown', since: 7 });
    rig.observe({ 1: 0 }, 44, { order: 3 });
    expect(rig.live.bay(bay as never)).toEqual({ bay, state: 'occupied', since: 7 });
  });

  test('takes the order of its journal, not of its clock or its arrival', () => {
    using rig = openLiveRig();
    rig.observe({ 1: 0 }, 0);
    rig.change(1, 2, 'vacant', 2);
    rig.change(1, 9, 'occupied', 1);
    rig.change(1, 1, 'occupied', 2);
    rig.snapshot({ 1: 'occupied' }, 8, { order: 1 });
    rig.live.hearLoss(2, 0);
    rig.snapshot({ 1: 'vacant' }, 2, { order: 2 });
    expect(rig.stateOf(1)).toBe('vacant');
  });

  test('of another gateway is not touched', () => {
    using rig = openLiveRig();
    const [, bay] = rig.bays;
    rig.change(1, 1, 'occupied');
    rig.observe({ 1: 0 }, 1);
    rig.live.hearRecord('gw-9' as never, 2, {
      kind: 'bay',
      seq: 1,
      bay: bay as never,
      state: 'vacant',
      sensedAt: 1,
      cause: 'sensor',
      confidence: 1,
    });
    expect(rig.stateOf(1)).toBe('occupied');
  });
});

describe('a lot', () => {
  test('is as old as its oldest counted bay', () => {
    using rig = openLiveRig();
    rig.snapshot({ 1: 'vacant', 2: 'occupied' }, 3, { ageMs: 4_000 });
    rig.observe({ 2: 1_000 }, 3);
    expect(rig.live.lot(LOT)?.observedAt).toBe(rig.clock.wallMs() - 4_000);
    expect(rig.live.lot(LOT)?.counts).toEqual([
      { class: 'general', vacant: 1, occupied: 1, unknown: 1 },
      { class: 'disabled', vacant: 0, occupied: 0, unknown: 1 },
    ]);
  });

  test('has its newest fact while it is valid', () => {
    using rig = openLiveRig();
    const now = rig.clock.wallMs();
    const fact = (seq: number, vacant: number, forMs: number) =>
      LotFact.parse({
        kind: 'lot',
        seq,
        lot: LOT,
        vacant,
        sensedAt: now,
        source: 'counter',
        validUntil: now + forMs,
      });
    const changed: string[] = [];
    rig.live.onChanged(({ lots }) => changed.push(...lots));
    rig.live.hearRecord(GATEWAY, 1, fact(2, 7, 1_000));
    rig.live.hearRecord(GATEWAY, 1, fact(1, 9, 9_000));
    rig.live.announce();
    expect(rig.live.lot(LOT)?.fact?.vacant).toBe(7);
    pass(rig, 1_000);
    expect(rig.live.lot(LOT)?.fact).toBeNull();
    expect(changed).toEqual([LOT, LOT]);
  });

  test('always counts vacant, occupied and unknown to its sensed bays, and says what changed', () => {
    const bay = fc.nat(3);
    const state = fc.constantFrom('vacant', 'occupied', 'unknown');
    const step = fc.oneof(
      fc.record({ what: fc.constant('change'), bay, seq: fc.nat(9), state, ms: fc.nat(9_000) }),
      fc.record({ what: fc.constant('observe'), bay, seq: fc.nat(9), state, ms: fc.nat(20_000) }),
      fc.record({ what: fc.constant('snapshot'), bay, seq: fc.nat(9), state, ms: fc.nat(20_000) }),
      fc.record({ what: fc.constant('retained'), bay, seq: fc.nat(9), state, ms: fc.nat(20_000) }),
      fc.record({ what: fc.constant('pass'), bay, seq: fc.nat(9), state, ms: fc.nat(9_000) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 40 }), (steps) => {
        using rig = openLiveRig();
        const told = new Map(rig.live.baysOf(LOT).map((live) => [live.bay, live]));
        rig.live.onChanged(({ bays }) => {
          for (const id of bays) told.set(id, rig.live.bay(id) as never);
        });
        for (const { what, bay, seq, state, ms } of steps) {
          if (what === 'change') rig.change(bay, seq + 1, state);
          if (what === 'observe') rig.observe({ [bay]: ms }, seq);
          if (what === 'snapshot') rig.snapshot({ [bay]: state }, seq, { ageMs: ms });
          if (what === 'retained') rig.snapshot({ [bay]: state }, seq, { retained: true });
          if (what === 'pass') pass(rig, ms);
          const lot = rig.live.lot(LOT);
          const { vacant, occupied, unknown } = countsOf(lot?.counts ?? []);
          expect(vacant + occupied + unknown).toBe(4);
          const shown = rig.live.baysOf(LOT);
          expect(vacant).toBe(shown.filter((live) => live.state === 'vacant').length);
          expect(occupied).toBe(shown.filter((live) => live.state === 'occupied').length);
          expect(lot?.observedAt === null).toBe(vacant + occupied === 0);
          expect([...told.values()].map((live) => live.state)).toEqual(shown.map((b) => b.state));
        }
        pass(rig, 15_250);
        expect(countsOf(rig.live.lot(LOT)?.counts ?? []).unknown).toBe(4);
      }),
      { numRuns: 150 },
    );
  });
});
