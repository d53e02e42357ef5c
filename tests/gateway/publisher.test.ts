import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { bay, line, lineId, nowMono, openPublisherRig, settled, upTo } from './publisher-rig.ts';
import type { PublisherRig } from './publisher-rig.ts';
import type { ScriptedApi } from './scripted-api.ts';
import { until } from '../support/until.ts';

let rig: PublisherRig;
let api: ScriptedApi;
beforeEach(async () => {
  rig = await openPublisherRig();
  ({ api } = rig);
});
afterEach(async () => rig[Symbol.asyncDispose]());

/** A connected gateway of which 12,000 events wait behind 16 batches that nobody acknowledges. */
async function openStuck() {
  const opened = rig.openJournal();
  api.manners = { hears: () => false, acknowledges: () => false };
  const { publisher } = rig.publish(opened);
  await until(() => api.kinds.includes('snapshot'));
  opened.append(12_000);
  publisher.appended(line);
  await until(() => api.batches.length >= 16);
  return { opened, publisher };
}

describe('the publisher', () => {
  test('says first who and what is there, then sends every record in order until it is settled', async () => {
    const opened = rig.openJournal();
    opened.append(1_300);
    rig.publish(opened);
    await until(settled(opened.journal));
    expect(api.kinds.slice(0, 3)).toEqual(['status', 'snapshot', 'events']);
    expect(rig.seqs(opened.journal)).toEqual(upTo(1_300));
    expect(api.batches.every((batch) => batch.records.length <= 500)).toBe(true);
    expect(api.problems).toEqual([]);
  });

  test('gathers what comes close together, and sends it at once', async () => {
    const opened = rig.openJournal();
    const { publisher } = rig.publish(opened);
    await until(() => api.kinds.includes('snapshot'));
    opened.append(5);
    publisher.appended(line);
    const from = performance.now();
    await until(settled(opened.journal), { everyMs: 2 });
    expect(performance.now() - from).toBeLessThan(1_000);
    expect(api.batches).toHaveLength(1);
  });

  test('says again what is true now when apis that do not acknowledge it ask, however many at once', async () => {
    const opened = rig.openJournal();
    rig.publish(opened);
    await until(() => rig.countOf('snapshot') === 2);
    for (const run of upTo(30)) await api.ask(`api-${run}`);
    await until(() => rig.countOf('snapshot') > 2);
    const told = rig.countOf('snapshot');
    await api.ask('api-31');
    await until(() => rig.countOf('snapshot') > told);
    expect(rig.countOf('snapshot')).toBeLessThanOrEqual(5);
    expect(rig.countOf('events')).toBe(0);
  });

  test('says offline when it is closed', async () => {
    const opened = rig.openJournal();
    const published = rig.publish(opened);
    await until(() => api.kinds.includes('snapshot'));
    await published.close();
    // A broker keeps no order between topics: what was said before may still come after.
    await until(() => api.kinds.includes('offline'));
    expect(rig.countOf('offline')).toBe(1);
  });

  test('has at most 16 batches in flight', async () => {
    await openStuck();
    const quietUntil = performance.now() + 500;
    await until(() => performance.now() > quietUntil);
    expect(api.batches).toHaveLength(16);
  });

  test('tells of an outage by 4,000 records a second, and of what happens now at once', async () => {
    const opened = rig.openJournal();
    opened.append(3_000);
    const { publisher } = rig.publish(opened);
    await until(() => api.batches.length > 0, { everyMs: 2 });
    const from = performance.now();
    await until(settled(opened.journal), { everyMs: 2 });
    // All but the first batch and the last.
    expect(performance.now() - from).toBeGreaterThan(400);
    const before = api.batches.length;
    opened.append(1_000);
    publisher.appended(line);
    await until(() => api.batches.length >= before + 2);
    expect(publisher.flow.holdsBack).toBe(false);
    await until(settled(opened.journal));
    expect(rig.seqs(opened.journal)).toEqual(upTo(4_000));
  });

  test('with a clock from before it was built it tells what is true now, and holds the events', async () => {
    const opened = rig.openJournal({ builtAt: Date.now() + 3_600_000 });
    const { publisher } = rig.publish(opened);
    await until(() => api.kinds.includes('snapshot'));
    const before = api.kinds.length;
    opened.append(3);
    publisher.appended(line);
    await until(() => api.kinds.slice(before).includes('snapshot'), { withinMs: 3_000 });
    expect(api.kinds).not.toContain('events');
    expect(opened.journal.unsettled).toBe(3);
  });

  test('while a backlog waits, a changed line is told by a fresh snapshot', async () => {
    const { opened, publisher } = await openStuck();
    const before = rig.countOf('snapshot');
    opened.append(1);
    publisher.appended(line);
    await until(() => rig.countOf('snapshot') > before, { withinMs: 2_000 });
    expect(rig.countOf('events')).toBe(16);
  });

  test('while a backlog waits, a change is told about as soon as without one', async () => {
    const { opened, publisher } = await openStuck();
    const from = performance.now();
    for (let change = 0; change < 5; change += 1) {
      const before = rig.countOf('snapshot');
      opened.append(1);
      publisher.appended(line);
      await until(() => rig.countOf('snapshot') > before, { everyMs: 2 });
    }
    // Each waits 100 ms for the one before; one that waited for the next tick would wait 500 ms.
    expect(performance.now() - from).toBeLessThan(1_800);
  });

  test('while a backlog waits, a line that changes all the time is told ten times a second at most', async () => {
    const { opened, publisher } = await openStuck();
    const [from, before] = [performance.now(), publisher.counts.snapshots];
    await until(
      () => {
        opened.append(1);
        publisher.appended(line);
        return performance.now() - from > 1_000;
      },
      { everyMs: 5 },
    );
    const told = publisher.counts.snapshots - before;
    expect(told).toBeGreaterThan(0);
    // And once with a report of all lines, which may fall into it.
    expect(told).toBeLessThanOrEqual(2 + (performance.now() - from) / 100);
  });

  test('while a backlog waits, every line is told again with each report, changed or not', async () => {
    await openStuck();
    const snapshots = rig.countOf('snapshot');
    await until(() => rig.countOf('observed') > 0);
    // The broker may let the report overtake its snapshot, but not by another report.
    await until(() => rig.countOf('snapshot') > snapshots, { withinMs: 2_000 });
    expect(rig.countOf('observed')).toBe(1);
  });

  test('reports every 5 s how old each decided bay’s observation is', async () => {
    rig.publish(rig.openJournal());
    await until(() => api.kinds.includes('observed'), { withinMs: 8_000 });
    // Only of the bay whose state is decided.
    expect(Object.keys(api.ages)).toEqual(['a']);
    expect(api.ages['a']).toBeGreaterThanOrEqual(690);
  });
});

describe('an observed interval', () => {
  test('travels with its present end after the events inside it, and is settled by its end', async () => {
    const opened = rig.openJournal();
    const { journal } = opened;
    const from = nowMono();
    const interval = journal.appendObserved(lineId, [bay], from, from + 1);
    // A backlog of more than one batch with events inside the interval.
    opened.append(1_500);
    journal.extend(interval, nowMono() + 5_000);
    rig.publish(opened);
    await until(settled(journal));
    const row = () => journal.observedRows.find(({ seq }) => seq === interval);
    await until(() => (row()?.settledUntil ?? 0) >= (row()?.fromWall ?? 1) + 5_000);
    expect(api.problems).toEqual([]);
    const [first] = api.batches;
    expect(first?.records[0]).toMatchObject({ kind: 'observed', seq: interval });
    const last = api.recordsOf(journal.id).find(({ seq }) => seq === interval);
    expect(last?.kind === 'observed' && last.until - last.from).toBeGreaterThanOrEqual(5_000);
  });

  test('that ended is sent soon with its end', async () => {
    const opened = rig.openJournal();
    const { journal } = opened;
    const from = nowMono();
    const interval = journal.appendObserved(lineId, [bay], from, from + 1);
    const { publisher } = rig.publish(opened);
    await until(settled(journal));
    journal.extend(interval, from + 40_000, { ends: true });
    publisher.appended(line);
    await until(() => {
      const record = api.recordsOf(journal.id)[0];
      return record?.kind === 'observed' && record.until - record.from === 40_000;
    });
    // Settled to its end it is forgotten, once that is on disk.
    await until(() => {
      journal.flush({ marks: true });
      journal.forgetSettledRows();
      return journal.observedRows.length === 0;
    });
    expect(api.problems).toEqual([]);
  });
});
