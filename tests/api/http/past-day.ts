import { afterAll, beforeAll } from 'vitest';
import { OccupancyAnswer } from '#contract/history.ts';
import { LotId } from '#contract/ids.ts';
import type { BayId } from '#contract/ids.ts';
import type { RunningHistory } from '#api/history/start-history.ts';
import { MemoryLog } from '../history/memory-log.ts';
import type { Told } from '../history/memory-log.ts';
import { historyIn } from '../history/open-history.ts';
import { HOUR, MINUTE, Teller } from '../history/street.ts';
import { signIn } from '../operations/staff.ts';
import { serveStreet } from './served-street.ts';
import type { ServedStreet } from './served-street.ts';
import { aStreet } from './street.ts';

/** Sunday midnight in Seoul. */
export const MIDNIGHT = Date.parse('2026-11-22T00:00:00+09:00');
export const site = aStreet();
export const bays = site.bays.map(({ properties }) => properties.id);
const [DISABLED, FIRST, SECOND] = bays as [BayId, BayId, BayId];
const RESIDENT = bays.at(-1) as BayId;

/** A day on which the resident leaves at eight, and the street fills from nine to ten. */
function aDay(): Told[] {
  const teller = new Teller('gateway-1');
  const at = (hour: number, minute = 0) => MIDNIGHT + hour * HOUR + minute * MINUTE;
  return [
    ...bays.map((bay) => teller.bay(bay === RESIDENT ? 'occupied' : 'vacant', at(0), bay)),
    teller.bay('vacant', at(8), RESIDENT),
    ...bays.slice(0, -1).map((bay, n) => teller.bay('occupied', at(9, 10 * n), bay)),
    teller.bay('occupied', at(9, 50), RESIDENT),
    teller.bay('vacant', at(10, 30), FIRST),
    teller.bay('occupied', at(10, 30), FIRST),
    // A departure was missed.
    teller.bay('occupied', at(11), SECOND),
    teller.bay('vacant', at(11, 30), DISABLED),
    teller.observed(at(0), at(12), bays),
    // The line is down from twelve to thirteen; the first bay's car is the same after it.
    ...bays.map((bay) => teller.bay('unknown', at(12), bay)),
    ...bays.map((bay) => teller.bay(bay === FIRST ? 'occupied' : 'vacant', at(13), bay)),
    teller.observed(at(13), at(24), bays),
  ];
}

export let street: ServedStreet;
let history: RunningHistory;
export const told = aDay();
const cookies: Record<string, string> = {};

/** Serves that day to the tests of the file that calls this. */
export function serveThatDay(): void {
  beforeAll(async () => {
    const eventLog = new MemoryLog();
    history = await historyIn('', eventLog, site, 'memory');
    const clock = { wallMs: () => MIDNIGHT + 5 * 24 * HOUR, monoMs: () => performance.now() };
    street = await serveStreet({ site, past: history, clock });
    await history.caughtUp();
    eventLog.commit(told);
    await history.caughtUp();
    for (const role of ['viewer', 'operator'] as const) {
      cookies[role] = signIn(street, role, role).cookie;
      cookies[`${role} of counted`] = signIn(street, `${role}-lot`, role, [
        LotId.parse('counted'),
      ]).cookie;
    }
  });
  afterAll(async () => {
    await street[Symbol.asyncDispose]();
    await history.close();
  });
}

export const ask = async (path: string, as = 'operator', headers: Record<string, string> = {}) =>
  fetch(`${street.url}/api/v1/operator${path}`, {
    headers: { cookie: cookies[as] ?? '', ...headers },
  });
export const DAY = 'from=2026-11-22&to=2026-11-23';
export const codeOf = async (path: string, as?: string) =>
  ((await (await ask(path, as)).json()) as { code?: string }).code;

export async function occupancy(query: string, as?: string): Promise<OccupancyAnswer> {
  return OccupancyAnswer.parse(await (await ask(`/history/occupancy?${query}`, as)).json());
}
