import type { BayId, GatewayId, SiteId } from '#contract/ids.ts';
import type { LineProperties } from '#contract/site.ts';
import type { Clock } from '#runtime/clock.ts';
import type { Log } from '#runtime/log.ts';
import type { Running } from '#runtime/main.ts';
import { openDriver } from '../bus/open-driver.ts';
import type { BayFact } from '../journal/journal-facts.ts';
import { keepLine } from '../line/kept-line.ts';
import { LineWatch } from '../line-watch.ts';
import { openerOf, silenceMsOf } from '../open-line.ts';
import { LineTape } from './line-tape.ts';

export interface RecordedLine {
  readonly site: SiteId;
  readonly gateway: GatewayId;
  readonly line: LineProperties;
  readonly beside: ReadonlyMap<BayId, readonly BayId[]>;
}

export interface RecordLineOptions extends RecordedLine {
  readonly folder: string;
  readonly linesFolder: string;
  readonly confirmMs: number;
  readonly maxBytes: number;
  readonly clock: Clock;
  readonly log: Log;
  /** What the detector makes of it meanwhile; `sensedAt` in epoch milliseconds. */
  readonly onEvent: (event: BayFact & { readonly sensedAt: number }) => void;
}

export interface Recording extends Running {
  readonly samples: number;
  /** Rows that the disk did not take. */
  readonly lost: number;
}

const LOOK_EVERY_MS = 1_000;

/**
 * A gateway's line without journal, broker and api: driver and detector, and a tape of what the one
 * tells the other. Throws UnavailableError where the line cannot be opened now.
 */
export async function recordLine(options: RecordLineOptions): Promise<Recording> {
  const { site, gateway, line, beside, confirmMs, clock, log } = options;
  const open = openerOf(line, gateway, options.linesFolder);
  // A port that is not there or in use is said at once; one that vanishes later is waited for.
  const first = await open({ bytes: () => undefined, lost: () => undefined });
  await first.close();

  const offsetMs = Math.round(clock.wallMs() - clock.monoMs());
  const wallOf = (ms: number) => Math.round(ms + offsetMs);
  const tape = new LineTape({
    folder: options.folder,
    site,
    gateway,
    line,
    beside,
    confirmMs,
    maxBytes: options.maxBytes,
    wallOf,
    log,
  });
  const watch = new LineWatch({
    line,
    beside,
    confirmMs,
    journal: {
      appendBay: (fact) => {
        options.onEvent({ ...fact, sensedAt: wallOf(fact.sensedMono) });
        return 1;
      },
      appendObserved: () => 1,
      extend: () => undefined,
    },
    wallTime: { wallOf },
    clock,
    log,
    lastStates: new Map(),
    onAppended: () => undefined,
    onHealthChanged: () => undefined,
    tape,
  });
  let samples = 0;
  const driver = openDriver(line, {
    clock,
    share: 0,
    take: (bay, sample) => {
      samples += 1;
      watch.hear(bay, sample);
    },
    trouble: (bay, trouble) => watch.hearTrouble(bay, trouble),
  });
  const kept = keepLine({ open, user: driver, silenceMs: silenceMsOf(line), clock, log });
  watch.connect(kept, driver);
  const timer = setInterval(() => watch.look(), LOOK_EVERY_MS);
  return {
    get samples() {
      return samples;
    },
    get lost() {
      return tape.lost;
    },
    close: async () => {
      clearInterval(timer);
      await kept.close();
      await tape.close();
    },
  };
}
