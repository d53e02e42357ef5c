import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openMemoryEngine } from '#api/history/memory-view.ts';
import { historyOn } from '#api/history/start-history.ts';
import { ViewDamagedError } from '#api/history/view.ts';
import type { HistoryView, ViewEngine } from '#api/history/view.ts';
import { placementsOf } from '#api/site/placements.ts';
import { systemClock } from '#runtime/clock.ts';
import { UnavailableError } from '#runtime/errors.ts';
import { silentLog } from '#runtime/log.ts';
import { openTempFolder } from '../../support/temp-folder.ts';
import { until } from '../../support/until.ts';
import { all, answersOf, EVER } from './answers.ts';
import { MemoryLog } from './memory-log.ts';
import { historyIn } from './open-history.ts';
import { expectedHistory } from './oracle.ts';
import { longHistory } from './random-history.ts';
import { LOT, street, T0, Teller } from './street.ts';

const site = street();

/** A memory engine whose views do first what is asked. */
function troubled(
  before: Partial<Pick<HistoryView, 'write'>> & { open?: () => Promise<void> },
): ViewEngine & {
  asideCount: number;
} {
  const engine = openMemoryEngine();
  return {
    asideCount: 0,
    async open() {
      await before.open?.();
      const view = await engine.open();
      const write: HistoryView['write'] = async (group) => {
        await before.write?.(group);
        await view.write(group);
      };
      return new Proxy(view, {
        get: (target, name) => {
          if (name === 'write') return write;
          const member: unknown = Reflect.get(target, name);
          return typeof member === 'function' ? (member.bind(target) as unknown) : member;
        },
      });
    },
    async setAside() {
      this.asideCount += 1;
      await engine.setAside();
    },
  };
}

const placements = placementsOf([{ validFrom: 0, site }]);
const parts = (eventLog: MemoryLog) => ({
  eventLog,
  placements,
  clock: systemClock,
  log: silentLog,
});

describe('history', () => {
  test('says that it is not ready, and how far it is, until its view is there', async () => {
    let open: () => void = () => undefined;
    const opened = new Promise<void>((resolve) => {
      open = resolve;
    });
    const eventLog = new MemoryLog();
    eventLog.commit([new Teller().bay('vacant', T0)]);
    const history = historyOn(troubled({ open: () => opened }), parts(eventLog));
    expect(history.status()).toMatchObject({ rebuilding: true, target: 1, position: 0 });
    const refused = { name: 'UnavailableError', code: 'view_not_ready' };
    await expect(history.lotHours(LOT, EVER)).rejects.toMatchObject(refused);
    await expect(all(history.stays(EVER))).rejects.toMatchObject(refused);
    await expect(all(history.observedSpans(EVER))).rejects.toMatchObject(refused);
    open();
    await history.caughtUp();
    expect(history.status()).toEqual({
      rebuilding: false,
      target: 1,
      position: 1,
      failed: undefined,
    });
    await history.close();
  });

  test('follows commits by itself', async () => {
    const eventLog = new MemoryLog();
    const history = historyOn(openMemoryEngine(), parts(eventLog));
    await history.caughtUp();
    const teller = new Teller();
    eventLog.commit([teller.bay('vacant', T0), teller.bay('occupied', T0 + 1)]);
    await until(() => history.status().position === 2, { withinMs: 2_000 });
    eventLog.commit([teller.bay('vacant', T0 + 2)]);
    await until(() => history.status().position === 3, { withinMs: 2_000 });
    expect(await all(history.stays(EVER))).toHaveLength(1);
    await history.close();
  });

  test('goes on from what is written when writing fails, and says so meanwhile', async () => {
    let failures = 0;
    const engine = troubled({
      write: ({ mark }) => {
        if (mark?.position !== 3 || failures === 2) return Promise.resolve();
        failures += 1;
        return Promise.reject(new UnavailableError('view_unavailable', 'No space left on device'));
      },
    });
    const eventLog = new MemoryLog();
    const history = historyOn(engine, parts(eventLog));
    const teller = new Teller();
    const told = [teller.bay('vacant', T0), teller.bay('occupied', T0 + 1)];
    eventLog.commit(told);
    await history.caughtUp();
    const more = [teller.observed(T0, T0 + 9)];
    eventLog.commit(more);
    await until(() => history.status().failed === 'No space left on device');
    await history.caughtUp();
    expect(failures).toBe(2);
    expect(engine.asideCount).toBe(0);
    expect(history.status().failed).toBeUndefined();
    expect(await answersOf(history, site)).toEqual(expectedHistory(site, [...told, ...more]));
    await history.close();
  });

  test('sets a view aside that is damaged while it runs, and makes it again', async () => {
    let isDamaged = true;
    const engine = troubled({
      write: ({ mark }) => {
        if (mark?.position !== 2 || !isDamaged) return Promise.resolve();
        isDamaged = false;
        return Promise.reject(new ViewDamagedError('a block is not what it was'));
      },
    });
    const eventLog = new MemoryLog();
    const history = historyOn(engine, parts(eventLog));
    await history.caughtUp();
    const teller = new Teller();
    const told = [teller.bay('vacant', T0), teller.bay('occupied', T0 + 1)];
    eventLog.commit(told.slice(0, 1));
    await history.caughtUp();
    eventLog.commit(told.slice(1));
    await history.caughtUp();
    expect(engine.asideCount).toBe(1);
    expect(await answersOf(history, site)).toEqual(expectedHistory(site, told));
    await history.close();
  });

  test('sets a view aside that fails again and again for no reason around it', async () => {
    let failures = 0;
    const engine = troubled({
      write: () => {
        failures += 1;
        if (failures > 3) return Promise.resolve();
        return Promise.reject(new UnavailableError('view_broken', 'INTERNAL Error'));
      },
    });
    const history = historyOn(engine, parts(new MemoryLog()));
    await history.caughtUp();
    expect(engine.asideCount).toBe(1);
    await history.close();
  });

  test('lets nobody wait for a view that is closed', async () => {
    const open = () => Promise.reject(new UnavailableError('view_unavailable', 'locked'));
    const history = historyOn(troubled({ open }), parts(new MemoryLog()));
    const waiting = Promise.allSettled([history.caughtUp()]);
    await until(() => history.status().failed === 'locked');
    await history.close();
    expect(await waiting).toMatchObject([{ reason: { code: 'not_ready' } }]);
    await expect(history.caughtUp()).rejects.toMatchObject({ code: 'not_ready' });
    await expect(history.lotHours(LOT, EVER)).rejects.toMatchObject({ code: 'view_not_ready' });
  });
});

describe('a damaged DuckDB file', () => {
  /** Each gets the file’s bytes and says how they look after the damage. */
  const damages: [string, (bytes: Buffer) => Buffer][] = [
    ['that is no DuckDB file any more', () => Buffer.from('what is this?')],
    ['with another version in its header', (bytes) => bytes.fill(0x7f, 12, 20)],
    ['with damaged headers', (bytes) => bytes.fill(0xff, 4_096, 12_288)],
    ['with damaged blocks', (bytes) => bytes.fill(0xa5, 12_288)],
    ['that is cut in half', (bytes) => bytes.subarray(0, Math.floor(bytes.length / 2))],
  ];

  test.each(damages)('%s is set aside and made again from the log', async (_, damage) => {
    using folder = openTempFolder();
    const { told, commits } = longHistory(13);
    const eventLog = new MemoryLog();
    for (const commit of commits) eventLog.commit(commit);
    const before = await historyIn(folder.path, eventLog, site);
    await before.caughtUp();
    await before.close();
    const file = join(folder.path, 'history.duckdb');
    const damaged = damage(readFileSync(file));
    writeFileSync(file, damaged);

    const history = await historyIn(folder.path, eventLog, site);
    await history.caughtUp();
    expect(await answersOf(history, site)).toEqual(expectedHistory(site, told));
    await history.close();
    const aside = readFileSync(join(folder.path, 'history.damaged.duckdb'));
    expect(aside.equals(damaged)).toBe(true);
  });

  test('is kept, but only the newest', async () => {
    using folder = openTempFolder();
    const file = join(folder.path, 'history.duckdb');
    for (const text of ['first', 'second']) {
      writeFileSync(file, text);
      const history = await historyIn(folder.path, new MemoryLog(), site);
      await history.caughtUp();
      await history.close();
    }
    expect(readFileSync(join(folder.path, 'history.damaged.duckdb'), 'utf8')).toBe('second');
    expect(readdirSync(folder.path).filter((name) => name.includes('damaged'))).toHaveLength(1);
  });

  test('is not taken for damaged because another process has it', async () => {
    using folder = openTempFolder();
    const { commits } = longHistory(14);
    const eventLog = new MemoryLog();
    for (const commit of commits) eventLog.commit(commit);
    const first = await historyIn(folder.path, eventLog, site);
    await first.caughtUp();
    const second = await historyIn(folder.path, eventLog, site);
    await until(() => second.status().failed ?? second.status().position === eventLog.lastPosition);
    expect(existsSync(join(folder.path, 'history.damaged.duckdb'))).toBe(false);
    await first.close();
    await second.caughtUp();
    await second.close();
  });
});
