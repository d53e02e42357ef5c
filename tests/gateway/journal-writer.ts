import { BayId, LineId } from '#contract/ids.ts';
import { Journal } from '#gateway/journal/journal.ts';
import { WallTime } from '#gateway/journal/wall-time.ts';
import { systemClock } from '#runtime/clock.ts';
import { silentLog } from '#runtime/log.ts';

/** A process that journals as fast as it can and says what is on disk, until it is killed. */
const [folder = ''] = process.argv.slice(2);
const journal = new Journal(folder, new WallTime(systemClock, 0), silentLog);
const line = LineId.parse('line-1');
const [a, b] = [BayId.parse('a'), BayId.parse('b')];
const startMono = Math.round(systemClock.monoMs());

let n = 0;
const append = () => {
  n += 1;
  const state = n % 2 === 0 ? 'vacant' : 'occupied';
  return journal.appendBay({
    bay: a,
    state,
    cause: 'sensor',
    confidence: 0.9,
    sensedMono: startMono + n,
  });
};
journal.appendBay({
  bay: b,
  state: 'vacant',
  cause: 'sensor',
  confidence: 0.9,
  sensedMono: startMono,
});
const interval = journal.appendObserved(line, [a, b], startMono, startMono + 1);

function write(): void {
  for (let k = 0; k < 20; k += 1) append();
  const untilMono = startMono + n;
  journal.extend(interval, untilMono);
  if (!journal.flush({ marks: true })) throw new Error('the disk is full');
  const { offsetMs } = journal.running;
  const said = { id: journal.id, seq: journal.running.lastSeq, until: untilMono + (offsetMs ?? 0) };
  process.stdout.write(`${JSON.stringify(said)}\n`);
  setImmediate(write);
}
write();
