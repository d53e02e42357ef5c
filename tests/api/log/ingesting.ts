import { writeSync } from 'node:fs';
import { systemClock } from '#runtime/clock.ts';
import { silentLog } from '#runtime/log.ts';
import { readSiteFolder } from '#runtime/site-folder.ts';
import { startIngest } from '#api/ingest/start-ingest.ts';
import { openEventLog } from '#api/log/open-event-log.ts';
import { openLiveState } from '#api/state/open-live-state.ts';
import { MemoryLink } from '../ingest/memory-link.ts';

/**
 * A process that ingests one endless journal at speed and says what it has acknowledged. To be
 * killed. `argv`: site folder, log folder, journal id, records a batch, most records.
 */
const [siteFolder = '', logFolder = '', journal = '', size = '450', most = '1e9'] =
  process.argv.slice(2);
const site = readSiteFolder(siteFolder);
const bays = site.bays.map((bay) => bay.properties.id);
const clock = systemClock;
const link = new MemoryLink(clock);
const eventLog = openEventLog(logFolder, { clock, log: silentLog });
const liveState = openLiveState({ site, clock });
startIngest({ site, link, eventLog, liveState, clock, log: silentLog });

let sent = 0;
let settled = -1;
const startedMs = clock.monoMs();
let settledMs = startedMs;
/** Unsettled for so long: sent again. */
const RESEND_MS = 500;

function sendNext(): void {
  const last = Math.min(Number(most), sent + Number(size));
  const records = [];
  for (let seq = sent + 1; seq <= last; seq += 1) {
    const state = seq % 2 === 0 ? 'vacant' : 'occupied';
    const sensedAt = 1_790_000_000_000 + 10 * seq;
    const bay = bays[seq % bays.length];
    records.push({ kind: 'bay', seq, bay, state, sensedAt, cause: 'sensor', confidence: 0.97 });
  }
  sent = last;
  const publishedAt = clock.wallMs();
  const batch = { v: 1, journal, held: [journal], firstHeld: 1, publishedAt, records };
  if (records.length > 0) link.deliver('events', 'gw-1', batch);
}

function drive(): void {
  for (const { ack } of link.acks.splice(0)) {
    const mark = ack.settled[journal as keyof typeof ack.settled]?.seq ?? 0;
    if (mark <= settled) continue;
    if (settled === -1) sent = mark;
    settled = mark;
    settledMs = clock.monoMs();
    const perSecond = Math.round((1_000 * mark) / (clock.monoMs() - startedMs));
    writeSync(1, `${mark} ${perSecond}\n`);
  }
  // As a gateway does: at most 16 batches in flight.
  if (settled === -1 && sent === 0) sent = eventLog.journals.find(journal as never)?.committed ?? 0;
  if (settled >= 0 && clock.monoMs() - settledMs > RESEND_MS) {
    sent = settled;
    settledMs = clock.monoMs();
  }
  while (sent - Math.max(0, settled) < 16 * Number(size) && sent < Number(most)) sendNext();
  if (settled < Number(most)) setImmediate(drive);
  else process.exit(0);
}
drive();
