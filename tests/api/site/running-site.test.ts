import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { openOperations } from '#api/operations/open-operations.ts';
import { checkedSite, RunningSite } from '#api/site/running-site.ts';
import type { SiteNow } from '#api/site/running-site.ts';
import { SiteStore } from '#api/site/site-store.ts';
import { LotId } from '#contract/ids.ts';
import { isoOf } from '#contract/time.ts';
import { RejectedError } from '#runtime/errors.ts';
import { silentLog } from '#runtime/log.ts';
import { closeDatabase, openDatabase } from '#runtime/sqlite.ts';
import type { Database } from '#runtime/sqlite.ts';
import { changedSite } from '../../support/changed-site.ts';
import { HandClock } from '../../support/hand-clock.ts';
import { writeSmallSite } from '../../support/small-site.ts';
import { openTempFolder } from '../../support/temp-folder.ts';

const HOUR = 3_600_000;
const LOT = LotId.parse('lot-1');
const temp = openTempFolder();
const first = readFileSync(join(writeSmallSite(temp.path).folder, 'site.geojson'), 'utf8');
const withoutBay = changedSite(first, { removedBays: ['lot-1-2'] });
const withoutLot = changedSite(first, { removedLots: ['lot-2'] });

let folder: ReturnType<typeof openTempFolder>;
let clock: HandClock;
let site: RunningSite;
let database: Database;
const heard: SiteNow[] = [];

beforeEach(() => {
  vi.useFakeTimers();
  folder = openTempFolder();
  clock = new HandClock();
  open(first);
});
afterEach(() => {
  close();
  folder[Symbol.dispose]();
  vi.useRealTimers();
});

function open(file: string | undefined): void {
  database = openDatabase(join(folder.path, 'operations.sqlite'));
  const store = new SiteStore(database);
  // As an api does: a file that is kept already is no new one.
  const newFile =
    file === undefined || store.has(file)
      ? undefined
      : { text: file, site: checkedSite(file, undefined) };
  site = new RunningSite(store, newFile, { clock, log: silentLog });
  heard.length = 0;
  site.onChanged((now) => heard.push(now));
}

function close(): void {
  site.close();
  closeDatabase(database);
}

function startAgain(file: string | undefined): void {
  close();
  open(file);
}

async function pass(ms: number): Promise<void> {
  for (let left = ms; left > 0; left -= 60_000) {
    clock.pass(Math.min(left, 60_000));
    await vi.advanceTimersByTimeAsync(60_000);
  }
}

const bayCount = () => site.now.site.bays.length;

describe('versions', () => {
  test('of real sensors do not follow those of a simulated street: their histories never mix', () => {
    let line = 0;
    const real = first.replaceAll(
      /"kind": "simulated"/g,
      () => `"kind": "serial", "path": "/dev/binjari-${(line += 1)}"`,
    );
    expect(line).toBeGreaterThan(0);
    expect(() => site.apply(real, { author: 'kim' })).toThrow(/a data folder of its own/);
    expect(site.now.site.simulated).toBe(true);
    site.close();
    expect(() => open(real)).toThrow(/invented/);
    open(first);
  });

  test('hold one after the other, are kept with who gave them, and an earlier one may hold again', () => {
    expect(site.now.version).toBe(1);
    site.apply(withoutBay, { author: 'kim' });
    expect([site.now.version, bayCount()]).toEqual([2, 31]);
    site.rollBack(1, 'lee');
    expect([site.now.version, bayCount()]).toEqual([3, 32]);
    expect(heard.map(({ version }) => version)).toEqual([2, 3]);
    expect(site.versions.map(({ author, sha }) => [author, sha.length])).toEqual([
      ['site folder', 64],
      ['kim', 64],
      ['lee', 64],
    ]);
    expect(site.versions[0]?.sha).toBe(site.versions[2]?.sha);
    expect(() => site.rollBack(9, 'lee')).toThrow(RejectedError);
  });

  test('that are to come wait for their time, and nothing before it is told by them', async () => {
    const validFrom = isoOf(clock.wallMs() + 2 * HOUR);
    site.apply(changedSite(withoutLot, { validFrom }), { author: 'kim' });
    expect(site.now.version).toBe(1);
    await pass(2 * HOUR - 60_000);
    expect(site.now.version).toBe(1);
    await pass(120_000);
    expect(site.now.version).toBe(2);
    expect(heard).toHaveLength(1);
    expect(site.siteAt(Date.parse(validFrom) - 1).lots).toHaveLength(2);
    expect(site.siteAt(Date.parse(validFrom)).lots).toHaveLength(1);
  });

  test('whose date was left as it was hold from now on; only who says so rewrites the past', () => {
    const now = clock.wallMs();
    clock.pass(HOUR);
    expect(site.apply(withoutBay, { author: 'kim' }).validFrom).toBe(now + HOUR);
    expect(site.siteAt(now).bays).toHaveLength(32);
    site.apply(withoutLot, { author: 'kim', validFrom: now - HOUR });
    expect(site.siteAt(now).lots).toHaveLength(1);
  });

  test('that have problems, or are of another site, change nothing and say everything', () => {
    const wrong = first
      .replace('"lot": "lot-1"', '"lot": "nowhere"')
      .replace('"mountMm": 2600', '"mountMm": 1');
    expect(() => site.apply(wrong, { author: 'kim' })).toThrow(
      /mountMm[\s\S]*nowhere|nowhere[\s\S]*mountMm/,
    );
    expect(() => site.apply('{', { author: 'kim' })).toThrow(/JSON/);
    const other = first.replace('"site": "small"', '"site": "large"');
    expect(() => site.apply(other, { author: 'kim' })).toThrow(/"small", which runs here/);
    expect(site.versions).toHaveLength(1);
    expect(heard).toEqual([]);
  });

  test('outlive a restart; the same file there is no new one, another file is', () => {
    site.apply(withoutBay, { author: 'kim' });
    startAgain(first);
    expect([site.now.version, bayCount()]).toEqual([2, 31]);
    startAgain(undefined);
    expect([site.now.version, bayCount()]).toEqual([2, 31]);
    startAgain(withoutLot);
    expect([site.now.version, site.now.site.lots.length]).toEqual([3, 1]);
  });

  test('stand in a file that others have tables in too, through its one connection', () => {
    database.exec('CREATE TABLE operator (name TEXT) STRICT; INSERT INTO operator VALUES (1)');
    const operations = openOperations(join(folder.path, 'others'), clock);
    const beside = new RunningSite(
      new SiteStore(operations.database),
      { text: first, site: checkedSite(first, undefined) },
      { clock, log: silentLog },
    );
    expect(beside.versions).toHaveLength(1);
    beside.close();
    operations.close();
    startAgain(first);
    expect(site.versions).toHaveLength(1);
  });
});

describe('what is laid over the site', () => {
  const author = 'kim';

  test('holds from its beginning to its end, and over versions and restarts', async () => {
    const [from, until] = [clock.wallMs() + HOUR, clock.wallMs() + 3 * HOUR];
    const change = { kind: 'lotOutOfService', lot: LOT } as const;
    site.lay({ change, from: isoOf(from), until: isoOf(until), author });
    expect(site.now.closedLots.size).toBe(0);
    await pass(HOUR + 60_000);
    expect(site.now.closedLots.has(LOT)).toBe(true);
    expect(site.now.closedBays.size).toBe(16);
    site.apply(withoutBay, { author });
    expect(site.now.closedBays.size).toBe(15);
    startAgain(first);
    expect(site.now.closedLots.has(LOT)).toBe(true);
    await pass(2 * HOUR);
    expect([site.now.closedLots.size, site.overlays]).toEqual([0, []]);
    expect(site.versions).toHaveLength(2);
  });

  test('is what somebody saw of a bay: since when, and until its end, over a restart', async () => {
    const [bay] = site.now.site.bays;
    if (!bay) throw new Error('a site has bays');
    const since = clock.wallMs();
    const change = { kind: 'bayState', bay: bay.properties.id, state: 'occupied' } as const;
    site.lay({ change, from: isoOf(since), until: isoOf(since + 2 * HOUR), author });
    await pass(HOUR);
    startAgain(first);
    expect([...site.now.corrected]).toEqual([[bay.properties.id, { state: 'occupied', since }]]);
    await pass(HOUR);
    expect([site.now.corrected.size, site.overlays]).toEqual([0, []]);
  });

  test('ends when somebody ends it, and may not be of what the site does not have', () => {
    const open = { from: isoOf(clock.wallMs()), until: null, author };
    const [bay] = site.now.site.bays;
    if (!bay) throw new Error('a site has bays');
    const change = { kind: 'bayOutOfService', bay: bay.properties.id } as const;
    const before = site.now.revision;
    const { id } = site.lay({ change, ...open });
    expect([...site.now.closedBays]).toEqual([bay.properties.id]);
    expect(site.now.revision).not.toBe(before);
    site.endOverlay(id, author);
    expect(site.now.revision).toBe(before);
    expect(() => site.endOverlay(id, author)).toThrow(RejectedError);
    const elsewhere = { kind: 'lotOutOfService', lot: LotId.parse('lot-9') } as const;
    expect(() => site.lay({ change: elsewhere, ...open })).toThrow('no lot "lot-9"');
  });
});
