import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { localTimeOf } from '#contract/calendar.ts';
import { occupancyAt } from '#firmware-sim/world/demand.ts';

const MINUTE_MS = 60_000;

test('a street is as full as its wall clock says, over every change of the clock', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: Date.UTC(2020, 0), max: Date.UTC(2030, 0) }),
      fc.constantFrom('Asia/Seoul', 'Europe/Berlin', 'America/St_Johns', 'Australia/Lord_Howe'),
      (at, zone) => {
        const here = localTimeOf(at, zone);
        // Another instant at which the clock says the same, in a zone that never changes.
        const [weekday, minute] = [here.weekday, here.minuteOfDay];
        const sunday = Date.UTC(2026, 10, 22);
        const same = sunday + weekday * 86_400_000 + minute * MINUTE_MS;
        expect(occupancyAt(1, at, zone)).toBe(occupancyAt(1, same, 'UTC'));
      },
    ),
  );
});
