import { gatewayUnknownMs } from '#contract/deadlines.ts';
import type { BayId } from '#contract/ids.ts';
import type { LineStatus } from '#contract/messages.ts';
import type { LineProperties, SensorProperties } from '#contract/site.ts';
import type { Clock } from '#runtime/clock.ts';
import type { Log } from '#runtime/log.ts';
import { noCounts } from './bus/driver.ts';
import type { Driver, Trouble } from './bus/driver.ts';
import { pollPeriodOf } from './bus/open-driver.ts';
import { LineHealth } from './health/line-health.ts';
import type { LineHealthView } from './health/line-health.ts';
import type { Journal } from './journal/journal.ts';
import type { LastState } from './journal/restart.ts';
import type { WallTime } from './journal/wall-time.ts';
import type { KeptLine } from './line/kept-line.ts';
import type { BayView, LineView } from './publish/messages.ts';
import {
  decidedUntil,
  forget,
  isOverdue,
  newDetector,
  presentConfidence,
  sense,
} from './sense/detector.ts';
import type { DetectorParameters, DetectorState } from './sense/detector.ts';
import { trackObserved } from './sense/observed.ts';
import type { DecidedBay, Interval } from './sense/observed.ts';
import type { Sample } from './sense/sample.ts';
import type { Tape } from './trace/line-tape.ts';

export interface LineWatchOptions {
  readonly line: LineProperties;
  readonly confirmMs: number;
  readonly journal: Pick<Journal, 'appendBay' | 'appendObserved' | 'extend'>;
  readonly wallTime: Pick<WallTime, 'wallOf'>;
  readonly clock: Clock;
  readonly log: Log;
  readonly onAppended: (watch: LineWatch) => void;
  readonly onHealthChanged: (watch: LineWatch) => void;
  readonly lastStates: ReadonlyMap<string, LastState>;
  /** Takes down what this line is fed, so that it can be replayed. */
  readonly tape?: Tape | undefined;
}

interface WatchedBay {
  readonly bay: BayId;
  readonly parameters: DetectorParameters;
  detector: DetectorState;
  /** The bay's last event: wall time as it was when it was made, monotonic in this run. */
  eventAt: number;
  eventAtMono: number;
  /** First evidence of the first state since the bay was last unknown. */
  decidedSince: number;
}

/**
 * The bays of one line: their samples become decisions, their silence becomes `unknown`, and the
 * time in which all of this was certain becomes observed intervals.
 */
export class LineWatch implements LineView {
  readonly line: LineProperties['id'];
  readonly #options: LineWatchOptions;
  readonly #bays: ReadonlyMap<BayId, WatchedBay>;
  readonly #unknownMs: number;
  readonly #health: LineHealth;
  /** For whoever watches the line next. */
  readonly #untouched = new Map<BayId, WatchedBay>();
  #open: Interval | undefined;
  #openSeq: number | undefined;
  #kept: KeptLine | undefined;
  #driver: Driver | undefined;
  #said: LineStatus['state'] | undefined;

  /** `before`: the line as it was watched until now; sensors that are the same go on in it. */
  constructor(options: LineWatchOptions, before?: LineWatch) {
    const { line, confirmMs, wallTime, clock, lastStates } = options;
    this.#options = options;
    this.line = line.id;
    this.#unknownMs = gatewayUnknownMs(pollPeriodOf(line));
    const startedAtMono = Math.round(clock.monoMs());
    const startedAt = wallTime.wallOf(startedAtMono);
    options.tape?.started(startedAtMono);
    const watched = ({ bay, mountMm }: SensorProperties): [BayId, WatchedBay] => {
      const parameters = { mountMm, confirmMs, unknownMs: this.#unknownMs };
      const known = before && before.#untouched.get(bay);
      if (known) return [bay, { ...known, parameters }];
      const eventAt = lastStates.get(bay)?.sensedAt ?? startedAt;
      const detector = newDetector(parameters);
      return [bay, { bay, parameters, detector, eventAt, eventAtMono: 0, decidedSince: 0 }];
    };
    this.#bays = new Map(line.sensors.map(watched));
    this.#health = new LineHealth({
      line,
      periodMs: pollPeriodOf(line),
      startedAt: startedAtMono,
      log: options.log.child({ line: line.id }),
      onChanged: () => options.onHealthChanged(this),
    });
  }

  /**
   * The line is watched no more as it was: its interval ends, and bays that are not among these are
   * unknown since nobody watches them.
   */
  end(untouched: ReadonlySet<BayId>): void {
    this.#track();
    const certainUntil = this.#open?.until ?? 0;
    for (const [bay, watched] of this.#bays) {
      if (untouched.has(bay)) {
        const decidedSince = Math.max(watched.decidedSince, certainUntil);
        this.#untouched.set(bay, { ...watched, decidedSince });
      } else if (watched.detector.belief !== 'unknown') {
        this.#giveUp(watched, 'restart', certainUntil);
      }
    }
    if (this.#open) this.#end(this.#open);
    this.#open = undefined;
  }

  /** What the status tells of: the port and who speaks on it. */
  connect(kept: KeptLine, driver: Driver): void {
    this.#kept = kept;
    this.#driver = driver;
  }

  hear(bay: BayId, sample: Sample): void {
    const watched = this.#bays.get(bay);
    if (!watched) return;
    this.#options.tape?.sample(bay, sample);
    const at = sample.receivedAtMono;
    const floorOffMm = watched.detector.floorMm - watched.parameters.mountMm;
    this.#health.hear(bay, { kind: 'sample', sample, floorOffMm }, at);
    if (
      watched.detector.belief !== 'unknown' &&
      isOverdue(watched.detector, at, watched.parameters)
    ) {
      this.#lookAt(at);
    }
    const believed = this.#disbelieve(watched, sample);
    const wasUnknown = watched.detector.belief === 'unknown';
    const { state, decision } = sense(watched.detector, believed, at, watched.parameters);
    watched.detector = state;
    if (!decision) return;
    if (wasUnknown) watched.decidedSince = decision.sensedAt;
    this.#append(watched, { ...decision, cause: 'sensor' });
  }

  hearTrouble(bay: BayId, trouble: Trouble): void {
    const at = Math.round(this.#options.clock.monoMs());
    this.#options.tape?.trouble(bay, trouble, at);
    this.#health.hear(bay, trouble, at);
  }

  health(): LineHealthView {
    const { wallTime } = this.#options;
    const { lineFaultSince, sensors } = this.#health.view();
    return {
      lineFaultSince: lineFaultSince === undefined ? undefined : wallTime.wallOf(lineFaultSince),
      sensors: sensors.map((sensor) => ({ ...sensor, since: wallTime.wallOf(sensor.since) })),
    };
  }

  /** Silence and intervals, once a second or so. Says whether the line's state has changed. */
  look(): 'same' | 'changed' {
    const at = Math.round(this.#options.clock.monoMs());
    this.#options.tape?.look(at);
    this.#health.look(at);
    this.#lookAt(at);
    const { state } = this.status();
    const changed = state !== this.#said;
    this.#said = state;
    return changed ? 'changed' : 'same';
  }

  /** Everything is to be decided anew: the journal began a new run, and called the bays unknown. */
  startAnew(): void {
    this.#options.tape?.anew(Math.round(this.#options.clock.monoMs()));
    this.#open = undefined;
    this.#openSeq = undefined;
    for (const watched of this.#bays.values()) watched.detector = forget(watched.detector);
  }

  /** The journal lost events: until now nothing is known, and what is believed is told anew. */
  tellAnew(): void {
    const { confirmMs } = this.#options;
    this.#open = undefined;
    this.#openSeq = undefined;
    for (const watched of this.#bays.values()) {
      const { detector, eventAtMono } = watched;
      if (detector.belief === 'unknown') continue;
      this.#append(watched, {
        state: 'unknown',
        cause: 'restart',
        sensedAt: eventAtMono,
        confidence: 0,
      });
      const sensedAt = Math.max(eventAtMono, decidedUntil(detector, confirmMs) ?? 0);
      watched.decidedSince = sensedAt;
      const confidence = presentConfidence(detector);
      this.#append(watched, { state: detector.belief, cause: 'sensor', confidence, sensedAt });
    }
  }

  /** The clock was stepped: what is published keeps the old time, what follows has the new one. */
  splitInterval(): void {
    const open = this.#open;
    if (!open || this.#openSeq === undefined) return;
    this.#end(open);
    this.#open = { ...open, from: open.until };
  }

  bays(): BayView[] {
    return [...this.#bays.values()].map(({ bay, detector, eventAt }) => ({
      bay,
      state: detector.belief,
      sensedAt: eventAt,
      observedAtMono: detector.belief === 'unknown' ? undefined : detector.validAt,
      confidence: presentConfidence(detector),
    }));
  }

  status(): LineStatus {
    const { clock, wallTime } = this.#options;
    const now = clock.monoMs();
    const kept = this.#kept;
    const answering = [...this.#bays.values()].filter(
      ({ detector }) => detector.heardAt !== undefined && now - detector.heardAt <= this.#unknownMs,
    ).length;
    const open = answering === 0 && this.#bays.size > 0 ? 'silent' : 'open';
    return {
      line: this.line,
      state: kept?.isOpen ? open : 'absent',
      since: wallTime.wallOf(kept?.sinceMonoMs ?? now),
      sensors: this.#bays.size,
      answering,
      ...(this.#driver?.counts ?? noCounts()),
      reopened: kept?.reopened ?? 0,
    };
  }

  #lookAt(at: number): void {
    // As far as it goes with all its bays; only then are the silent ones taken out.
    this.#track();
    const certainUntil = this.#open?.until ?? 0;
    let left = false;
    for (const watched of this.#bays.values()) {
      const { detector, parameters } = watched;
      if (detector.belief === 'unknown' || !isOverdue(detector, at, parameters)) continue;
      left = true;
      // A sensor that answers without a distance is not silent: it does not see.
      const answers = this.#health.isAnswering(watched.bay, at);
      this.#giveUp(watched, answers ? 'health' : 'silence', certainUntil);
    }
    if (left) this.#track();
  }

  /** What a faulty sensor says is no distance: its bay is unknown at once, and stays so. */
  #disbelieve(watched: WatchedBay, sample: Sample): Sample {
    if (this.#health.isBelieved(watched.bay)) return sample;
    if (watched.detector.belief !== 'unknown') {
      this.#track();
      this.#giveUp(watched, 'health', this.#open?.until ?? 0);
      this.#track();
    }
    return { ...sample, distance: { ...sample.distance, quality: 'fault' } };
  }

  #giveUp(
    watched: WatchedBay,
    cause: 'health' | 'silence' | 'restart',
    certainUntil: number,
  ): void {
    watched.detector = forget(watched.detector);
    this.#append(watched, {
      state: 'unknown',
      cause,
      sensedAt: Math.max(certainUntil, watched.eventAtMono),
      confidence: 0,
    });
  }

  #append(
    watched: WatchedBay,
    event: Pick<Parameters<Journal['appendBay']>[0], 'state' | 'cause' | 'confidence'> & {
      readonly sensedAt: number;
    },
  ): void {
    const { journal, wallTime, onAppended } = this.#options;
    const { sensedAt: sensedMono, state, cause, confidence } = event;
    watched.eventAtMono = sensedMono;
    watched.eventAt = wallTime.wallOf(sensedMono);
    journal.appendBay({ bay: watched.bay, state, cause, confidence, sensedMono });
    onAppended(this);
  }

  #track(): void {
    const decided: DecidedBay[] = [];
    for (const { bay, detector, parameters, decidedSince } of this.#bays.values()) {
      const until = decidedUntil(detector, parameters.confirmMs);
      if (until !== undefined) decided.push({ bay, since: decidedSince, until });
    }
    const { ended, open } = trackObserved(this.#open, decided);
    for (const interval of ended) this.#end(interval);
    this.#open = open;
    if (open && open.until > open.from) this.#claim(open);
  }

  #end(interval: Interval): void {
    if (interval.until > interval.from) this.#claim(interval);
    if (this.#openSeq === undefined) return;
    this.#options.journal.extend(this.#openSeq, interval.until, { ends: true });
    this.#openSeq = undefined;
  }

  /** The interval is in the journal with its present end. */
  #claim({ bays, from, until }: Interval): void {
    const { journal, onAppended } = this.#options;
    if (this.#openSeq !== undefined) return journal.extend(this.#openSeq, until);
    this.#openSeq = journal.appendObserved(this.line, bays, from, until);
    onAppended(this);
  }
}
