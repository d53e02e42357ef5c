import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { deadlines } from '#contract/deadlines.ts';
import { SHOWN_DAYS, ShownAnswer } from '#contract/history.ts';
import type { LotId, SignId } from '#contract/ids.ts';
import type { SignCause } from '#contract/sign-ladder.ts';
import type { SignMessage } from '#contract/sign-message.ts';
import { effectiveSiteOf } from '#contract/site-overlay.ts';
import { ConfigError } from '#runtime/errors.ts';
import { silentLog } from '#runtime/log.ts';
import { openDatabase } from '#runtime/sqlite.ts';
import { startShown } from '#api/shown/start-shown.ts';
import type { Shown } from '#api/shown/start-shown.ts';
import { ShownStore } from '#api/shown/shown-store.ts';
import { publicLiveState } from '#api/state/public-live-state.ts';
import { HandClock } from '../../support/hand-clock.ts';
import { openTempFolder } from '../../support/temp-folder.ts';
import { MemoryLog } from '../history/memory-log.ts';
import { historyIn } from '../history/open-history.ts';
import { Teller } from '../history/street.ts';
import { InMemoryLiveState } from '../http/in-memory.ts';
import { serveStreet } from '../http/served-street.ts';
import { aStreet } from '../http/street.ts';

const LOT = 'full' as LotId;
const SIGN = 'sign' as SignId;
const SECOND = 1_000;
const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const site = aStreet();
const bays = site.bays.map(({ properties }) => properties.id);

const message = (
  show: SignMessage['rows'][number]['show'],
  at: number,
  cause: SignCause = 'counted',
): SignMessage => ({
  v: 1,
  sign: SIGN,
  serial: at,
  publishedAt: at,
  validForMs: deadlines.signNumberMs,
  wordForMs: deadlines.signBandMs,
  lastly: 'blank',
  simulated: true,
  brightness: 'day',
  languages: ['en'],
  form: 'text',
  title: ['Sign'],
  rows: [{ lot: LOT, arrow: 'left', names: ['Full'], show, cause }],
});

interface Stage {
  readonly shown: Shown;
  readonly live: InMemoryLiveState;
  readonly clock: HandClock;
  readonly path: string;
}

function onStage(work: (stage: Stage) => void): void {
  using folder = openTempFolder();
  const clock = new HandClock();
  const live = new InMemoryLiveState(site);
  const path = join(folder.path, 'shown.sqlite');
  const seen = publicLiveState(site, live);
  const effective = effectiveSiteOf(site, [], 0);
  const shown = startShown({ path, site: effective, liveState: live, seen, clock, log: silentLog });
  try {
    work({ shown, live, clock, path });
  } finally {
    shown.close();
  }
}

describe('what a lot’s page said', () => {
  test('is written down with each change, and when it grew old by itself', () => {
    onStage(({ shown, live, clock }) => {
      const from = clock.wallMs();
      live.set(
        bays.map((bay, at) => [bay, at < 4 ? 'vacant' : 'occupied']),
        from,
      );
      shown.look();
      // Three of the four vacant ones are open to any car; the fourth is for disabled drivers.
      expect(shown.lotAt(LOT, from)?.content).toMatchObject({
        vacant: 3,
        freshness: 'live',
        cause: 'counted',
      });
      for (let at = 0; at < 90; at += 1) {
        clock.pass(SECOND);
        shown.look();
      }
      const causeAfter = (seconds: number) =>
        shown.lotAt(LOT, from + seconds * SECOND)?.content.cause;
      expect([10, 15, 16, 60, 61, 90].map(causeAfter)).toEqual([
        'counted',
        'counted',
        'delayed',
        'delayed',
        'noData',
        'noData',
      ]);
      expect(shown.lotAt(LOT, from + 90 * SECOND)).toMatchObject({
        since: from + 61 * SECOND,
        content: { vacant: null, band: null, freshness: 'none' },
      });
      expect(shown.lotAt(LOT, from - 1)).toBeUndefined();
    });
  });

  test('tells a counter’s word from the sensors’, and a closed lot from an empty one', () => {
    onStage(({ shown, live, clock }) => {
      const at = clock.wallMs();
      const validUntil = at + MINUTE;
      live.tell('counted', { vacant: 5, source: 'counter', sensedAt: at, validUntil });
      shown.look();
      const said = (lot: string) => shown.lotAt(lot as LotId, clock.wallMs())?.content;
      expect(said('counted')).toMatchObject({ vacant: 5, cause: 'fact' });
      expect(said('bare')).toMatchObject({ vacant: null, cause: 'noLiveCount' });
      clock.pass(SECOND);
      const closedLots = new Set(['counted' as LotId]);
      shown.changeSite({ ...effectiveSiteOf(site, [], 0), closedLots });
      expect(said('counted')).toMatchObject({ vacant: null, cause: 'closed' });
    });
  });
});

describe('what a sign was told', () => {
  test('is written down once, and fades when it has heard nothing for too long', () => {
    onStage(({ shown, live, clock }) => {
      const from = clock.wallMs();
      live.set(
        bays.map((bay) => [bay, 'vacant']),
        from,
      );
      const three = { kind: 'number', vacant: 3, band: 'few' } as const;
      for (let at = 0; at <= 220; at += 20) {
        // Told again and again, as the publisher does, until the broker is gone.
        live.observe(LOT, clock.wallMs());
        if (at <= 40) shown.signTold(message(three, clock.wallMs()));
        shown.look();
        clock.pass(20 * SECOND);
      }
      const at = (seconds: number) => shown.signAt(SIGN, from + seconds * SECOND);
      expect(at(99)).toEqual({
        since: from,
        content: { rows: [{ lot: LOT, show: three, cause: 'counted' }] },
      });
      expect(at(120)).toMatchObject({
        since: from + 100 * SECOND,
        content: { rows: [{ show: { kind: 'band', band: 'few' }, cause: 'unsent' }] },
      });
      expect(at(220)).toMatchObject({
        since: from + 220 * SECOND,
        content: { rows: [{ show: { kind: 'blank' }, cause: 'unsent' }] },
      });
    });
  });

  test('has no number because too many bays are unknown', () => {
    onStage(({ shown, live, clock }) => {
      live.set(
        bays.slice(0, 3).map((bay) => [bay, 'vacant']),
        clock.wallMs(),
      );
      shown.signTold(message({ kind: 'parking' }, clock.wallMs(), 'tooManyUnknown'));
      shown.look();
      expect(shown.signAt(SIGN, clock.wallMs())?.content.rows[0]?.cause).toBe('tooManyUnknown');
    });
  });
});

describe('the store', () => {
  test(`forgets after ${SHOWN_DAYS} days what has ended, and keeps what still holds`, () => {
    onStage(({ shown, live, clock }) => {
      const from = clock.wallMs();
      for (const state of ['vacant', 'occupied', 'vacant'] as const) {
        live.set(
          bays.map((bay) => [bay, state]),
          clock.wallMs(),
        );
        shown.look();
        clock.pass(MINUTE);
      }
      clock.pass(SHOWN_DAYS * DAY);
      shown.look();
      expect(shown.lotAt(LOT, from)).toBeUndefined();
      expect(shown.lotAt(LOT, from + 2 * MINUTE)?.content.vacant).toBe(5 - 1);
      // It has had no live count since ever, and still has none.
      expect(shown.lotAt('bare' as LotId, from)?.content.cause).toBe('noLiveCount');
    });
  });

  test('goes on where it was, knows when nobody was there, and refuses a newer program’s file', () => {
    onStage(({ shown, clock, path }) => {
      const began = clock.wallMs();
      clock.pass(20 * SECOND);
      shown.look();
      const died = clock.wallMs();
      const later = new ShownStore(path, died + 10 * MINUTE, silentLog);
      expect(later.runAt(died + MINUTE)).toEqual({ startedAt: began, aliveAt: died });
      expect(later.runAt(began - 1)).toBeUndefined();
      expect(later.lotAt('bare' as LotId, died)).toMatchObject({ since: began });
      later.close();
    });
    using folder = openTempFolder();
    const path = join(folder.path, 'shown.sqlite');
    new ShownStore(path, 1, silentLog).close();
    const newer = openDatabase(path);
    newer.exec('PRAGMA user_version = 99');
    newer.close();
    expect(() => new ShownStore(path, 2, silentLog)).toThrow(ConfigError);
  });
});

test('after an outage and its backfill, history knows what nobody could be shown', async () => {
  const eventLog = new MemoryLog();
  const history = await historyIn('', eventLog, site, 'memory');
  const clock = new HandClock(Date.UTC(2026, 10, 22));
  await using street = await serveStreet({ site, past: history, pastLog: eventLog, clock });
  const teller = new Teller('gateway-1');
  const start = clock.wallMs();
  const tell = (state: 'vacant' | 'occupied', bay: (typeof bays)[number], at: number) => ({
    ...teller.bay(state, at, bay),
    receivedAt: clock.wallMs(),
  });

  // All bays are taken, and seen.
  eventLog.commit(bays.map((bay) => tell('occupied', bay, start)));
  street.liveState.set(
    bays.map((bay) => [bay, 'occupied']),
    start,
  );
  street.shown.look();
  // The network is down from now on: the bays' deadline passes, and three cars leave unheard.
  clock.pass(20 * SECOND);
  street.liveState.set(
    bays.map((bay) => [bay, 'unknown']),
    start + 15 * SECOND,
  );
  street.shown.look();
  const asked = clock.wallMs() + 60 * SECOND;
  clock.pass(120 * SECOND);
  street.shown.look();
  // Up again: the gateway sends what it kept.
  const [, ...rest] = bays;
  eventLog.commit([
    ...rest.slice(0, 3).map((bay) => tell('vacant', bay, start + 30 * SECOND)),
    { ...teller.observed(start, clock.wallMs(), bays), receivedAt: clock.wallMs() },
  ]);
  await history.caughtUp();

  const answer = await fetch(
    `${street.url}/api/v1/operator/lots/full/shown?at=${new Date(asked).toISOString()}`,
    { headers: { authorization: `Bearer ${street.token}` } },
  );
  const said = ShownAnswer.parse(await answer.json());
  expect(said).toMatchObject({
    simulated: true,
    page: { vacant: null, band: null, freshness: 'none', cause: 'noData' },
    known: { vacant: 0, occupied: 0, unknown: 6 },
    history: { vacant: 3, occupied: 3, unknown: 0 },
  });
  const late = said.bays.filter(({ learnedLater }) => learnedLater);
  expect(late.map(({ bay, state }) => [bay, state])).toEqual(
    rest.slice(0, 3).map((bay) => [bay, 'vacant']),
  );
  await history.close();
});
