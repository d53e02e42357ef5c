import { vi } from 'vitest';
import { silentLog } from '#runtime/log.ts';
import type { Log } from '#runtime/log.ts';
import { readSiteFolder } from '#runtime/site-folder.ts';
import { startIngest } from '#api/ingest/start-ingest.ts';
import type { Ingest, IngestOptions } from '#api/ingest/start-ingest.ts';
import { openEventLog } from '#api/log/open-event-log.ts';
import type { EventLog } from '#api/log/open-event-log.ts';
import { openLiveState } from '#api/state/open-live-state.ts';
import type { LiveState } from '#api/state/open-live-state.ts';
import { HandClock } from '../../support/hand-clock.ts';
import { writeSmallSite } from '../../support/small-site.ts';
import { openTempFolder } from '../../support/temp-folder.ts';
import { onDisk } from './full-disk.ts';
import { MemoryLink } from './memory-link.ts';

export const JOURNAL = 'a'.repeat(32);

export interface SettledMark {
  readonly seq: number;
  readonly observed: Readonly<Record<string, number>>;
}

/** Ingest over a real log, with two gateways whose messages the test writes. Fake timers are on. */
export interface Rig extends AsyncDisposable {
  readonly link: MemoryLink;
  readonly eventLog: EventLog;
  readonly liveState: LiveState;
  readonly ingest: Ingest;
  readonly disk: { full: boolean };
  /** Names of everything logged at `info` and above. */
  readonly alarms: string[];
  send(records: readonly unknown[], batch?: BatchOptions): void;
  observe(ages: Readonly<Record<string, number>>, seq: number): void;
  status(state: 'online' | 'offline'): void;
  /** What was last acknowledged of the journal. */
  lastMark(): SettledMark | undefined;
  pass(ms: number): Promise<void>;
}

interface BatchOptions {
  readonly gateway?: string;
  readonly journal?: string;
  readonly held?: readonly string[];
  readonly firstHeld?: number;
}

export function openRig(options: Pick<IngestOptions, 'queueMessages' | 'isOwn'> = {}): Rig {
  const temp = openTempFolder();
  writeSmallSite(temp.path, { lots: 2, baysPerLot: 4 });
  const site = readSiteFolder(temp.path);
  const clock = new HandClock();
  const link = new MemoryLink(clock);
  const disk = { full: false };
  const alarms: string[] = [];
  const hear = (_: object, event: string) => void alarms.push(event);
  const log: Log = { ...silentLog, info: hear, warn: hear, error: hear };
  const eventLog = onDisk(disk, openEventLog(`${temp.path}/log`, { clock, log }));
  const liveState = openLiveState({ site, clock });
  const ingest = startIngest({ site, link, eventLog, liveState, clock, log, ...options });
  const publishedAt = () => clock.wallMs();

  return {
    link,
    eventLog,
    liveState,
    ingest,
    disk,
    alarms,
    send: (records, batch = {}) => {
      const { gateway = 'gw-1', journal = JOURNAL, firstHeld = 1 } = batch;
      const held = batch.held ?? [journal];
      const message = { v: 1, journal, held, firstHeld, publishedAt: publishedAt(), records };
      link.deliver('events', gateway, message);
    },
    observe: (ages, seq) => {
      const message = { v: 1, journal: JOURNAL, seq, publishedAt: publishedAt(), ages };
      // After the batches that were sent before it, as on one connection.
      setTimeout(() => link.deliver('observed', 'gw-1', message), 1);
    },
    status: (state) => {
      const online = {
        journal: JOURNAL,
        held: [JOURNAL],
        software: 'test',
        simulated: true,
        startedAt: 0,
        publishedAt: publishedAt(),
        unsettled: 0,
        lines: [],
      };
      const extra = state === 'online' ? online : {};
      link.deliver('status', 'gw-1', { v: 1, state, gateway: 'gw-1', ...extra }, true);
    },
    lastMark: () => {
      const ack = link.acks.findLast(({ gateway }) => gateway === 'gw-1')?.ack;
      return ack?.settled[JOURNAL as keyof typeof ack.settled];
    },
    pass: async (ms) => {
      await vi.advanceTimersByTimeAsync(ms);
      clock.pass(ms);
    },
    [Symbol.asyncDispose]: async () => {
      await ingest.close();
      liveState.close();
      eventLog.close();
      temp[Symbol.dispose]();
    },
  };
}
