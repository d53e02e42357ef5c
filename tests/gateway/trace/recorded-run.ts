import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { BayId, GatewayId, SiteId } from '#contract/ids.ts';
import { LineProperties } from '#contract/site.ts';
import type { BayFact } from '#gateway/journal/journal-facts.ts';
import { LineWatch } from '#gateway/line-watch.ts';
import { LineTape } from '#gateway/trace/line-tape.ts';
import { replayTraces } from '#gateway/trace/replay.ts';
import type { Replayed } from '#gateway/trace/replay.ts';
import type { ReplayedEvent } from '#gateway/trace/replayed-line.ts';
import type { Fed } from '#gateway/trace/trace-row.ts';
import { silentLog } from '#runtime/log.ts';
import { HandClock } from '../../support/hand-clock.ts';

export const bays = ['a', 'b'].map((id) => BayId.parse(id));
export const line: LineProperties = LineProperties.parse({
  id: 'line-1',
  port: { kind: 'simulated' },
  baud: 19_200,
  parity: 'even',
  sensors: bays.map((bay, at) => ({
    id: `${bay}-node`,
    bay,
    kind: 'pbn1',
    address: at + 1,
    mountMm: 2_600,
  })),
});

/** Each is the other's neighbour. */
const [a, b] = bays;
const beside = new Map(a && b ? [[a, [b]] as const, [b, [a]] as const] : []);

/** Something that happens on the line so long after what happened before. */
export interface Step {
  readonly afterMs: number;
  readonly fed: (at: number) => Fed;
}

/** A gateway's line that is fed these steps and recorded; what it would have journalled. */
export async function recordRun(
  folder: string,
  steps: readonly Step[],
  { maxBytes = 1_000_000_000, startMs = 1_000 } = {},
): Promise<readonly BayFact[]> {
  const clock = new HandClock(startMs);
  const wallOf = (ms: number) => ms + 1_790_000_000_000;
  const facts: BayFact[] = [];
  const tape = new LineTape({
    folder,
    site: SiteId.parse('small'),
    gateway: GatewayId.parse('gw-1'),
    line,
    beside,
    confirmMs: 3_000,
    maxBytes,
    wallOf,
    log: silentLog,
  });
  const watch = new LineWatch({
    line,
    beside,
    confirmMs: 3_000,
    journal: {
      appendBay: (fact) => facts.push(fact),
      appendObserved: () => 1,
      extend: () => undefined,
    },
    wallTime: { wallOf },
    clock,
    log: silentLog,
    lastStates: new Map(),
    onAppended: () => undefined,
    onHealthChanged: () => undefined,
    tape,
  });
  for (const { afterMs, fed } of steps) {
    clock.pass(afterMs);
    const each = fed(clock.monoMs());
    if (each.kind === 'sample') watch.hear(each.bay, each.sample);
    else if (each.kind === 'trouble') watch.hearTrouble(each.bay, each.trouble);
    else if (each.kind === 'look') watch.look();
    else watch.startAnew();
  }
  await tape.close();
  return facts;
}

export const tracesIn = (folder: string): string[] =>
  readdirSync(folder)
    .toSorted()
    .map((name) => join(folder, name));

export interface Outcome extends Replayed {
  readonly list: readonly ReplayedEvent[];
  /** `line: problem` of each bad row. */
  readonly bad: readonly string[];
}

/** A replay with all that it says. */
export async function replayAll(
  paths: readonly string[],
  options: Partial<Parameters<typeof replayTraces>[1]> = {},
): Promise<Outcome> {
  const list: ReplayedEvent[] = [];
  const bad: string[] = [];
  const replayed = await replayTraces(paths, {
    ...options,
    onEvent: (event) => void list.push(event),
    onBadRow: ({ line: at, problem }) => void bad.push(`${at}: ${problem}`),
  });
  return { ...replayed, list, bad };
}
