import { PassThrough } from 'node:stream';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { JournalId } from '#contract/ids.ts';
import { systemClock } from '#runtime/clock.ts';
import { silentLog } from '#runtime/log.ts';
import { readSiteFolder } from '#runtime/site-folder.ts';
import { openProgram } from '#api/admin/program.ts';
import { deadLettersOf } from '#api/http/dead-letter-routes.ts';
import { startIngest } from '#api/ingest/start-ingest.ts';
import type { Ingest } from '#api/ingest/start-ingest.ts';
import { openEventLog } from '#api/log/open-event-log.ts';
import type { EventLog } from '#api/log/open-event-log.ts';
import { openLiveState } from '#api/state/open-live-state.ts';
import type { LiveState } from '#api/state/open-live-state.ts';
import { writeSmallSite } from '../../support/small-site.ts';
import { openTempFolder } from '../../support/temp-folder.ts';
import { until } from '../../support/until.ts';
import { MemoryLink } from '../ingest/memory-link.ts';
import { serveStreet } from './served-street.ts';
import type { ServedStreet } from './served-street.ts';

const JOURNAL = 'a'.repeat(32) as JournalId;
const good = (seq: number) => ({
  kind: 'bay',
  seq,
  bay: 'lot-1-1',
  state: 'occupied',
  sensedAt: 1_790_000_000_000 + seq,
  cause: 'sensor',
  confidence: 0.9,
});

let temp: ReturnType<typeof openTempFolder>;
let eventLog: EventLog;
let liveState: LiveState;
let ingest: Ingest;
let street: ServedStreet;

/** A log in which an api that could read less has settled seq 2 without reading it. */
beforeAll(async () => {
  temp = openTempFolder();
  writeSmallSite(temp.path, { lots: 1 });
  const site = readSiteFolder(temp.path);
  const link = new MemoryLink(systemClock);
  eventLog = openEventLog(`${temp.path}/log`, { clock: systemClock, log: silentLog });
  liveState = openLiveState({ site, clock: systemClock });
  ingest = startIngest({ site, link, eventLog, liveState, clock: systemClock, log: silentLog });
  const send = (records: readonly object[]) =>
    link.deliver('events', 'gw-1', {
      v: 1,
      journal: JOURNAL,
      held: [JOURNAL],
      firstHeld: 1,
      publishedAt: 5,
      records,
    });
  send([good(1), { ...good(2), state: 'levitating' }, good(3)]);
  await until(() => eventLog.lastPosition === 2);
  send([{ ...good(1), state: 'vacant' }]);
  await until(() => eventLog.deadLetters(9).length === 2);
  const journal = eventLog.journals.find(JOURNAL);
  if (!journal) throw new Error('no journal');
  journal.accept(4, undefined);
  const letter = { journal, receivedAt: 5, reason: 'invalid', detail: 'unknown kind' } as const;
  const content = JSON.stringify(good(4));
  eventLog.commit([{ kind: 'deadLetter', seq: 4, content, ...letter }], [journal]);
  street = await serveStreet({ deadLetters: deadLettersOf(eventLog, (id) => ingest.replay(id)) });
});
afterAll(async () => {
  await street[Symbol.asyncDispose]();
  await ingest.close();
  liveState.close();
  eventLog.close();
  temp[Symbol.dispose]();
});

/** The command as an operator types it. */
async function admin(...args: string[]): Promise<string> {
  const out = new PassThrough();
  const program = openProgram('test', { out, progress: () => undefined });
  const where = ['--url', street.url, '--token-file', street.tokenFile];
  await program.parseAsync(['node', 'admin', ...where, ...args]);
  return String(out.read());
}

test('what could not be logged is listed with its reason and count, and shown as it came', async () => {
  const out = await admin('dead-letters', 'list');
  const [counts, ...lines] = out.trim().split('\n');
  expect(counts).toBe('2 invalid, 1 conflict, 0 unplaced, 0 sealed');
  expect(lines).toHaveLength(3);
  const conflicts = await admin('dead-letters', 'list', '--reason', 'conflict');
  expect(conflicts.trim().split('\n')).toHaveLength(2);
  const id = lines.find((line) => line.includes(`${JOURNAL}/2 `))?.split(' ')[0] ?? '';
  const shown = JSON.parse(await admin('dead-letters', 'show', id)) as { content: string };
  expect(JSON.parse(shown.content)).toEqual({ ...good(2), state: 'levitating' });
});

test('one that this version can read goes into the log under its own key, once; others say why not', async () => {
  const idOf = (seq: number, reason: string) =>
    eventLog.deadLetters(9).find((letter) => letter.seq === seq && letter.reason === reason)?.id ??
    '';
  expect(await admin('dead-letters', 'replay', idOf(4, 'invalid'))).toMatch(/^replayed/);
  await until(() => eventLog.recordsAfter(0, 9).some(({ record }) => record.seq === 4));
  const seqs = eventLog.recordsAfter(0, 9).map(({ record }) => record.seq);
  expect(seqs).toEqual([1, 3, 4]);
  const refusals = [
    [idOf(4, 'invalid'), 'in the log already'],
    [idOf(2, 'invalid'), 'state'],
    [idOf(1, 'conflict'), 'another record'],
    ['2026-11.999', 'no dead letter'],
    ['../secret', 'no dead letter'],
  ];
  for (const [id = '', why = ''] of refusals) {
    await expect(admin('dead-letters', 'replay', id)).rejects.toThrow(why);
  }
  expect(eventLog.recordsAfter(0, 9)).toHaveLength(3);
});
