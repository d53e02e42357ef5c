import { afterEach, beforeEach, expect, test } from 'vitest';
import { bay, line, lineId, nowMono, openPublisherRig, settled, upTo } from './publisher-rig.ts';
import type { PublisherRig } from './publisher-rig.ts';
import { wellBehaved } from './scripted-api.ts';
import type { ScriptedApi } from './scripted-api.ts';
import { until } from '../support/until.ts';

let rig: PublisherRig;
let api: ScriptedApi;
beforeEach(async () => {
  rig = await openPublisherRig();
  ({ api } = rig);
});
afterEach(async () => rig[Symbol.asyncDispose]());

test('sends again what nobody heard, while connected', async () => {
  const opened = rig.openJournal();
  opened.append(1_200);
  api.manners = { hears: (n) => n !== 2, acknowledges: () => true };
  rig.publish(opened);
  await until(settled(opened.journal), { withinMs: 6_000 });
  expect(rig.seqs(opened.journal)).toEqual(upTo(1_200));
  expect(api.problems).toEqual([]);
});

test('sends again what nobody acknowledged, and duplicates do no harm', async () => {
  const opened = rig.openJournal();
  opened.append(300);
  api.manners = { hears: () => true, acknowledges: (n) => n > 1 };
  rig.publish(opened);
  await until(settled(opened.journal), { withinMs: 6_000 });
  expect(api.batches).toHaveLength(2);
  expect(api.batches[1]?.records).toEqual(api.batches[0]?.records);
  expect(api.problems).toEqual([]);
});

test('sends again from a lower mark', async () => {
  const opened = rig.openJournal();
  opened.append(50);
  rig.publish(opened);
  await until(settled(opened.journal));
  const kept = api.journals.get(opened.journal.id);
  if (!kept) throw new Error('nothing was kept');
  api.fallBack(opened.journal.id, 20);
  await until(() => kept.mark === 50);
  expect(rig.seqs(opened.journal)).toEqual(upTo(50));
});

test('sends everything again to a new log, and its snapshots to a new api', async () => {
  const opened = rig.openJournal();
  opened.append(50);
  rig.publish(opened);
  await until(settled(opened.journal));
  const snapshots = () => rig.countOf('snapshot');
  const before = snapshots();
  api.journals.clear();
  api.logId = '0'.repeat(32);
  api.api = 'api-2';
  api.announce();
  await until(() => rig.seqs(opened.journal).length === 50);
  await until(() => snapshots() > before);
  await until(settled(opened.journal));
  expect(api.problems).toEqual([]);
});

test('sends at once what waits to an api that has started, however long the last one was away', async () => {
  const opened = rig.openJournal();
  opened.append(50);
  api.manners = { hears: () => false, acknowledges: () => false };
  const { publisher } = rig.publish(opened);
  // Each silence makes the next wait longer: 2 s, 4 s, 8 s.
  await until(() => publisher.flow.counts.resends >= 2, { withinMs: 20_000 });
  api.manners = wellBehaved;
  api.api = 'api-2';
  const from = performance.now();
  api.announce();
  await until(settled(opened.journal), { withinMs: 10_000, everyMs: 2 });
  expect(performance.now() - from).toBeLessThan(1_500);
  expect(rig.seqs(opened.journal)).toEqual(upTo(50));
}, 40_000);

test('drains an earlier journal before the present one, after it has told what is true now', async () => {
  const first = rig.openJournal();
  first.append(800);
  first.journal.close();
  const second = rig.openJournal();
  second.append(10);
  rig.publish(second);
  await until(settled(second.journal), { withinMs: 6_000 });
  expect(api.kinds.slice(0, 3)).toEqual(['status', 'snapshot', 'events']);
  expect(api.order).toEqual([first.journal.id, second.journal.id]);
  // The restart's own unknown comes first.
  expect(rig.seqs(second.journal)).toEqual(upTo(11));
  expect(rig.seqs(first.journal)).toEqual(upTo(800));
});

test('a mark beyond what it ever wrote opens a new journal', async () => {
  const opened = rig.openJournal();
  opened.append(5);
  const { newRunCount } = rig.publish(opened);
  await until(settled(opened.journal));
  const { id } = opened.journal;
  const kept = api.journals.get(id);
  if (!kept) throw new Error('nothing was kept');
  kept.mark = 500;
  api.announce();
  await until(() => opened.journal.id !== id);
  expect(newRunCount()).toBe(1);
  await until(settled(opened.journal));
  expect(api.recordsOf(opened.journal.id)).toMatchObject([{ state: 'unknown', cause: 'restart' }]);
});

test('whatever the api loses, forgets or repeats, in the end its log is the journal', async () => {
  const opened = rig.openJournal();
  const { journal } = opened;
  // A fixed little sequence of bad luck; every failing run is the same run.
  let luck = 7;
  const chance = (share: number) => {
    luck = (luck * 1_103_515_245 + 12_345) % 2_147_483_648;
    return luck / 2_147_483_648 < share;
  };
  api.manners = { hears: () => !chance(0.1), acknowledges: () => !chance(0.15) };
  const { publisher } = rig.publish(opened);
  await until(() => api.kinds.includes('snapshot'));
  const from = nowMono();
  const interval = journal.appendObserved(lineId, [bay], from, from + 1);
  for (let round = 0; round < 20; round += 1) {
    opened.append(60);
    journal.extend(interval, nowMono());
    publisher.appended(line);
    const kept = api.journals.get(journal.id);
    if (kept && round % 7 === 3) {
      api.fallBack(journal.id, Math.max(0, kept.mark - 200));
    }
    if (round % 10 === 5) {
      api.api = `api-${round}`;
      api.announce();
    }
    const nextAt = performance.now() + 25;
    await until(() => performance.now() > nextAt);
  }
  await until(
    () => journal.unsettled === 0 && rig.seqs(journal).length === journal.running.lastSeq,
    // Each silence makes the next wait longer, and how many there are hangs on the machine's pace.
    { withinMs: 60_000 },
  );
  expect(rig.seqs(journal)).toEqual(upTo(1_201));
  expect(api.problems).toEqual([]);
}, 90_000);
