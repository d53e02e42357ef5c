import { createHash } from 'node:crypto';
import type { BayId, LotId } from '#contract/ids.ts';
import { HOUR_MS } from '#contract/time.ts';
import type { Log } from '#runtime/log.ts';
import type { EventLogReader } from '../log/event-log.ts';
import type { Placements } from '../site/placements.ts';
import { BayBoard } from './bay-board.ts';
import { buildView } from './build-view.ts';
import type { LotHour, Verification } from './history.ts';
import { yieldToOthers } from './turns.ts';
import type { HistoryView, KeyedStay, ViewGroup } from './view.ts';

/** A set of rows without their order: how many, the sum of a number of each, the xor of a hash of each. */
interface Digest {
  count: number;
  sum: number;
  xor: bigint;
}

/** By whole hour and kind of row; a stay belongs to the hour of its arrival. */
type Digests = Map<string, Digest>;

/** An interval that was extended while we compared looks like a difference, but not twice. */
const MOST_COMPARISONS = 3;

const EVER = { from: 0, to: Number.MAX_SAFE_INTEGER };
const FIRST = { journal: 0, seq: 0 };
/** Differences told; the count goes on. */
const MOST_TOLD = 100;

interface Parts {
  readonly log: EventLogReader;
  readonly view: HistoryView;
  readonly placements: Placements;
  readonly say: Pick<Log, 'error' | 'info'>;
}

/** Compares again where the log went on meanwhile: a difference may only be what is not folded yet. */
export async function verifyFollowing(
  parts: Parts,
  following: {
    readonly upTo: number;
    readonly position: () => number;
    /** Takes into the view what the log has more. */
    readonly follow: () => Promise<void>;
    readonly isStopped: () => boolean;
  },
): Promise<Verification | undefined> {
  const { upTo, position, follow, isStopped } = following;
  let found = await verifyView(parts, position(), upTo, isStopped);
  for (let count = 1; count < MOST_COMPARISONS && found && found.differingCount > 0; count += 1) {
    if (parts.log.lastPosition === position()) break;
    await follow();
    found = await verifyView(parts, position(), upTo, isStopped);
  }
  if (!found) return undefined;
  const { differing: _, ...facts } = found;
  if (found.differingCount > 0) parts.say.error(facts, 'history.view.differs');
  else parts.say.info(facts, 'history.view.verified');
  return found;
}

/**
 * Holds a view that stands at `position` against the log: both are digested by hour. Hours from
 * `upTo` on are left out: an open interval that is extended meanwhile is in the log already.
 */
async function verifyView(
  parts: {
    readonly log: EventLogReader;
    readonly view: HistoryView;
    readonly placements: Placements;
  },
  position: number,
  upTo: number,
  isStopped: () => boolean,
): Promise<Verification | undefined> {
  const { log, view, placements } = parts;
  const board = BayBoard.empty(placements);
  const inLog: Digests = new Map();
  const isDone = await buildView(
    { log, board, view: { write: (group) => Promise.resolve(takeGroup(inLog, group)) } },
    position,
    { built: () => undefined, isStopped },
  );
  if (!isDone) return undefined;
  const bays = [...board.all].map(({ bay }) => bay);
  const lots = new Set([...board.groups].flatMap((group) => [...group.hoursKeys]));
  const inView = await digestsOf(view, new Set(bays), lots);
  return compare(inLog, inView, position, upTo);
}

function takeGroup(digests: Digests, { lotHours, stays, bays }: ViewGroup): void {
  for (const hour of lotHours) takeHour(digests, hour);
  for (const stay of stays) takeStay(digests, stay);
  for (const { open } of bays) if (open) takeStay(digests, open);
}

async function digestsOf(
  view: HistoryView,
  bays: ReadonlySet<BayId>,
  lots: Iterable<LotId>,
): Promise<Digests> {
  const digests: Digests = new Map();
  for (const lot of lots) {
    for (const hour of await view.lotHours(lot, EVER)) takeHour(digests, hour);
    await yieldToOthers();
  }
  for (const bay of bays) {
    for (const stay of await view.staysOfBay(bay, FIRST)) takeStay(digests, stay);
    await yieldToOthers();
  }
  for (const { bay, open } of await view.bays()) {
    if (open && bays.has(bay)) takeStay(digests, open);
  }
  return digests;
}

function takeHour(digests: Digests, row: LotHour): void {
  const { lot, hourAt, occupiedBayMs, vacantBayMs, arrivals, departures } = row;
  if (occupiedBayMs + vacantBayMs + arrivals + departures === 0) return;
  const text = `${lot} ${occupiedBayMs} ${vacantBayMs} ${arrivals} ${departures}`;
  take(digests, hourAt, 'sums', occupiedBayMs + vacantBayMs, text);
}

function takeStay(digests: Digests, { order, stay }: KeyedStay): void {
  const hourAt = stay.arrivedBefore - (stay.arrivedBefore % HOUR_MS);
  const { bay, lot, arrivedAfter, arrivedBefore, departedAfter, departedBefore } = stay;
  const { bridged, anomalous, openLeft } = stay;
  const facts = [order.journal, order.seq, arrivedAfter, arrivedBefore, departedAfter];
  const text = [bay, lot, ...facts, departedBefore, bridged, anomalous, openLeft].join(' ');
  take(digests, hourAt, 'stays', order.seq, text);
}

function take(digests: Digests, hourAt: number, what: string, sum: number, text: string): void {
  const key = `${hourAt} ${what}`;
  const digest = digests.get(key) ?? { count: 0, sum: 0, xor: 0n };
  digests.set(key, digest);
  digest.count += 1;
  digest.sum += sum;
  digest.xor ^= createHash('md5').update(text).digest().readBigUInt64BE();
}

function compare(inLog: Digests, inView: Digests, position: number, upTo: number): Verification {
  const differing: Verification['differing'][number][] = [];
  const hours = new Set<number>();
  let stays = 0;
  for (const key of new Set([...inLog.keys(), ...inView.keys()])) {
    const [hour = '', what = ''] = key.split(' ');
    const hourAt = Number(hour);
    if (hourAt + HOUR_MS > upTo) continue;
    hours.add(hourAt);
    const [log, view] = [textOf(inLog.get(key)), textOf(inView.get(key))];
    if (what === 'stays') stays += inLog.get(key)?.count ?? 0;
    if (log !== view) differing.push({ hourAt, what, log, view });
  }
  const told = differing.toSorted((a, b) => a.hourAt - b.hourAt).slice(0, MOST_TOLD);
  return { position, hours: hours.size, stays, differingCount: differing.length, differing: told };
}

function textOf(digest: Digest | undefined): string {
  if (!digest) return 'nothing';
  return `${digest.count} rows, sum ${digest.sum}, xor ${digest.xor.toString(16)}`;
}
