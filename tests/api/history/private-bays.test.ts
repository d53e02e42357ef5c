import { afterEach, expect, test } from 'vitest';
import type { Site } from '#contract/site-check.ts';
import type { Stay } from '#contract/stay.ts';
import { systemClock } from '#runtime/clock.ts';
import { silentLog } from '#runtime/log.ts';
import { openMemoryEngine } from '#api/history/memory-view.ts';
import { historyOn } from '#api/history/start-history.ts';
import type { RunningHistory } from '#api/history/start-history.ts';
import { placementsOf } from '#api/site/placements.ts';
import { MemoryLog } from './memory-log.ts';
import { BAY, HOUR, LOT, MINUTE, NEIGHBOUR, street, T0, Teller } from './street.ts';

let history: RunningHistory | undefined;
afterEach(async () => history?.close());

/** The street with its second bay a resident's. */
function withResident(site: Site): Site {
  const bays = site.bays.map((bay) =>
    bay.properties.id === NEIGHBOUR
      ? { ...bay, properties: { ...bay.properties, class: 'resident' as const } }
      : bay,
  );
  return { ...site, bays };
}

async function hoursAfter(tell: (gateway: Teller, log: MemoryLog) => void) {
  await history?.close();
  const log = new MemoryLog();
  tell(new Teller(), log);
  const site = withResident(street());
  const placements = placementsOf([{ validFrom: 0, site }]);
  const parts = { eventLog: log, placements, clock: systemClock, log: silentLog };
  history = historyOn(openMemoryEngine(), parts);
  await history.caughtUp();
  const hours = await history.lotHours(LOT, { from: T0, to: T0 + HOUR });
  const stays: Stay[] = [];
  for await (const stay of history.stays({ from: T0, to: T0 + HOUR })) stays.push(stay);
  return { hours, stays };
}

test('a lot’s hours are the same whatever its resident did; operators see the stay', async () => {
  const shared = (gateway: Teller, log: MemoryLog) => {
    log.commit([gateway.bay('vacant', T0)]);
    log.commit([gateway.bay('occupied', T0 + 10 * MINUTE)]);
    log.commit([gateway.observed(T0, T0 + HOUR, [BAY, NEIGHBOUR])]);
  };
  const quiet = await hoursAfter(shared);
  const busy = await hoursAfter((gateway, log) => {
    log.commit([gateway.bay('vacant', T0, NEIGHBOUR)]);
    log.commit([gateway.bay('occupied', T0 + 5 * MINUTE, NEIGHBOUR)]);
    log.commit([gateway.bay('vacant', T0 + 25 * MINUTE, NEIGHBOUR)]);
    log.commit([gateway.bay('occupied', T0 + 30 * MINUTE, NEIGHBOUR)]);
    shared(gateway, log);
  });
  expect(busy.hours).toEqual(quiet.hours);
  expect(busy.hours).toMatchObject([{ arrivals: 1, occupiedBayMs: 50 * MINUTE }]);
  // The ended one and the open one, both of the lot by its own name.
  const ofResident = busy.stays.filter(({ bay }) => bay === NEIGHBOUR);
  expect(ofResident.map(({ lot }) => lot)).toEqual([LOT, LOT]);
});
