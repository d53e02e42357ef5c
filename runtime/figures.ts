import { monitorEventLoopDelay } from 'node:perf_hooks';
import { Counter, Gauge } from 'prom-client';
import { alarms } from '#contract/alarms.ts';
import type { AlarmName, ToldAlarm } from '#contract/alarms.ts';

/** Counters, and counters by a further word, as a room keeps them. */
export type Counts = Readonly<Record<string, number | Readonly<Record<string, number>>>>;

/** A figure that is asked at each scrape, in no registry yet. */
export type Figure = Gauge | Counter;

const NS_A_SECOND = 1e9;
/** The histogram counts the timer's own period with the delay. */
const RESOLUTION_MS = 10;
const delayS = (ns: number): number => Math.max(0, ns / NS_A_SECOND - RESOLUTION_MS / 1_000);
/** What is there now, not how often something happened. */
const LEVELS = new Set(['queueLength', 'clients', 'connections', 'retained']);

export interface AlarmsMeasured {
  readonly alarms: () => readonly (ToldAlarm & { readonly gateway: string | null })[];
  readonly alarmsRaised: () => ReadonlyMap<AlarmName, number>;
}

/** Memory, CPU time and event loop of this process; `close` ends the measuring of the loop. */
export function processFigures(): { readonly figures: readonly Figure[]; close(): void } {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  const figures = [
    gauge('binjari_resident_bytes', 'resident memory', () => process.memoryUsage.rss()),
    gauge('binjari_cpu_seconds', 'CPU time since the start, user and system', () => {
      const { user, system } = process.cpuUsage();
      return (user + system) / 1e6;
    }),
    labelled(
      'binjari_event_loop_delay_seconds',
      'delay of the event loop since the last scrape',
      'quantile',
      () => {
        const said: Labelled = [50, 99].map((percent) => [
          String(percent / 100),
          delayS(delay.percentile(percent)),
        ]);
        said.push(['1', delayS(delay.max)]);
        delay.reset();
        return said;
      },
    ),
  ];
  return { figures, close: () => delay.disable() };
}

/** One series for each alarm that holds, and how often this process raised each, 0 included. */
export function alarmFigures({ alarms: active, alarmsRaised }: AlarmsMeasured): Figure[] {
  const labelNames = ['alarm', 'severity', 'gateway', 'subject'] as const;
  const now = new Gauge({
    name: 'binjari_alarm',
    help: '1 while the alarm holds; docs/operations.md says what each means and what to do',
    labelNames,
    registers: [],
    collect() {
      this.reset();
      for (const { alarm, gateway, subject } of active()) {
        const { severity } = alarms[alarm];
        this.set({ alarm, severity, gateway: gateway ?? '', subject }, 1);
      }
    },
  });
  const raised = new Counter({
    name: 'binjari_alarms_raised_total',
    help: 'how often this process raised each alarm since its start',
    labelNames: ['alarm'],
    registers: [],
    collect() {
      this.reset();
      for (const alarm of Object.keys(alarms) as AlarmName[]) {
        this.inc({ alarm }, alarmsRaised().get(alarm) ?? 0);
      }
    },
  });
  return [now, raised];
}

export type Labelled = [string, number][];

export function gauge(name: string, help: string, value: () => number): Gauge {
  return new Gauge({
    name,
    help,
    registers: [],
    collect() {
      this.set(value());
    },
  });
}

export function labelled(name: string, help: string, label: string, values: () => Labelled): Gauge {
  return new Gauge({
    name,
    help,
    labelNames: [label],
    registers: [],
    collect() {
      for (const [which, value] of values()) this.set({ [label]: which }, value);
    },
  });
}

/** What a room counts, as one counter with its words as labels; and what it holds, as a gauge. */
export function countsOf(room: string, counts: () => Counts): Figure[] {
  const counter = new Counter({
    name: `binjari_${room}_total`,
    help: `what ${room} has done since the start`,
    labelNames: ['what'],
    registers: [],
    collect() {
      this.reset();
      for (const [what, count] of flat(counts())) {
        if (!LEVELS.has(what)) this.inc({ what }, count);
      }
    },
  });
  const level = labelled(`binjari_${room}_now`, `what ${room} holds now`, 'what', () =>
    flat(counts()).filter(([what]) => LEVELS.has(what)),
  );
  return [counter, level];
}

function flat(counts: Counts): [string, number][] {
  return Object.entries(counts).flatMap(([what, count]): [string, number][] =>
    typeof count === 'number'
      ? [[what, count]]
      : Object.entries(count).map(([which, n]) => [`${what}.${which}`, n]),
  );
}
