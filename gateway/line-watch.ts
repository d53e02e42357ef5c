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
import { ObservedInterval } from './observed-interval.ts';
import type { BayView, LineView } from './publish/messages.ts';
import { Bank } from './sense/bank.ts';
import { decidedUntil, isOverdue, presentConfidence } from './sense/detector.ts';
import type { DetectorParameters, DetectorState } from './sense/detector.ts';
import { occupiedVotes } from './sense/disagreement.ts';
import type { DecidedBay } from './sense/observed.ts';
import type { Sample } from './sense/sample.ts';
import type { Tape } from './trace/line-tape.ts';

export interface LineWatchOptions {
  readonly line: LineProperties;
  /** The bays beside each bay, of this line or not. */
  readonly beside: ReadonlyMap<BayId, readonly BayId[]>;
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
  /** Its place in the bank. */
  readonly place: number;
  readonly parameters: DetectorParameters;
  /** The bay's last event: wall time as it was when it was made, monotonic in this run. */
  eventAt: number;
  eventAtMono: number;
  /** Whether its channels did at its last sample. */
  disagreed: boolean;
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
  readonly #bank: Bank;
  readonly #unknownMs: number;
  readonly #health: LineHealth;
  /** For whoever watches the line next. */
  readonly #untouched = new Map<BayId, WatchedBay>();
  readonly #observed: ObservedInterval;
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
    const watched = ({ bay, mountMm }: SensorProperties, place: number): [BayId, WatchedBay] => {
      const parameters = { mountMm, confirmMs, unknownMs: this.#unknownMs };
      const known = before && before.#untouched.get(bay);
      if (known) return [bay, { ...known, place, parameters }];
      const eventAt = lastStates.get(bay)?.sensedAt ?? startedAt;
      const fresh = { eventAt, eventAtMono: 0, disagreed: false, decidedSince: 0 };
      return [bay, { bay, place, parameters, ...fresh }];
    };
    this.#bays = new Map(line.sensors.map(watched));
    this.#bank = new Bank(
      [...this.#bays.values()].map(({ bay, parameters }) => ({
        parameters,
        learned: before?.learnedOf(bay),
        beside: (options.beside.get(bay) ?? []).flatMap((at) => this.#bays.get(at)?.place ?? []),
      })),
    );
    this.#observed = new ObservedInterval({
      line: line.id,
      journal: options.journal,
      onAppended: () => options.onAppended(this),
    });
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
    const certainUntil = this.#observed.until;
    for (const [bay, watched] of this.#bays) {
      if (untouched.has(bay)) {
        const decidedSince = Math.max(watched.decidedSince, certainUntil);
        this.#untouched.set(bay, { ...watched, decidedSince });
      } else if (this.#detectorOf(watched).belief !== 'unknown') {
        this.#giveUp(watched, 'restart', certainUntil);
      }
    }
    this.#observed.end();
  }

  /** What its detector knew of a bay that is watched on untouched; undefined: of any other. */
  learnedOf(bay: BayId): DetectorState | undefined {
    const watched = this.#untouched.get(bay);
    return watched && this.#detectorOf(watched);
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
    const before = this.#detectorOf(watched);
    const floorOffMm = before.distance.floorMm - watched.parameters.mountMm;
    this.#health.hear(bay, { kind: 'sample', sample, floorOffMm }, at);
    if (before.belief !== 'unknown' && isOverdue(before, at, watched.parameters)) this.#lookAt(at);
    const believed = this.#disbelieve(watched, sample);
    this.#take(watched, believed, at);
    const votes = occupiedVotes(this.#detectorOf(watched), at, watched.parameters);
    if (votes.disagree || watched.disagreed) {
      this.#health.hear(bay, { kind: 'votes', ...votes }, at);
    }
    watched.disagreed = votes.disagree;
  }

  /** What the detector makes of a sample; it gives up a bay whose channels contradict each other. */
  #take(watched: WatchedBay, sample: Sample, at: number): void {
    const wasUnknown = this.#detectorOf(watched).belief === 'unknown';
    // As far as it was certain with this bay; a detector that gives up has said so only afterwards.
    const certainUntil = this.#observed.until;
    const decision = this.#bank.hear(watched.place, sample, at);
    if (!decision) return;
    const { state, sensedAt, confidence } = decision;
    if (state === 'unknown') {
      this.#append(watched, {
        state,
        cause: 'health',
        sensedAt: Math.max(certainUntil, watched.eventAtMono),
        confidence,
      });
      this.#track();
      return;
    }
    if (wasUnknown) watched.decidedSince = sensedAt;
    this.#append(watched, { state, sensedAt, confidence, cause: 'sensor' });
  }

  #detectorOf({ place }: WatchedBay): DetectorState {
    return this.#bank.detector(place);
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
    this.#observed.forget();
    for (const { place } of this.#bays.values()) this.#bank.forget(place);
  }

  /** The journal lost events: until now nothing is known, and what is believed is told anew. */
  tellAnew(): void {
    const { confirmMs } = this.#options;
    this.#observed.forget();
    for (const watched of this.#bays.values()) {
      const { eventAtMono } = watched;
      const detector = this.#detectorOf(watched);
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
    this.#observed.split();
  }

  bays(): BayView[] {
    return [...this.#bays.values()].map((watched) => {
      const detector = this.#detectorOf(watched);
      return {
        bay: watched.bay,
        state: detector.belief,
        sensedAt: watched.eventAt,
        observedAtMono: detector.belief === 'unknown' ? undefined : detector.validAt,
        confidence: presentConfidence(detector),
      };
    });
  }

  status(): LineStatus {
    const { clock, wallTime } = this.#options;
    const now = clock.monoMs();
    const kept = this.#kept;
    const answering = [...this.#bays.values()].filter((watched) => {
      const { heardAt } = this.#detectorOf(watched);
      return heardAt !== undefined && now - heardAt <= this.#unknownMs;
    }).length;
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
    const certainUntil = this.#observed.until;
    let left = false;
    for (const watched of this.#bays.values()) {
      const detector = this.#detectorOf(watched);
      if (detector.belief === 'unknown' || !isOverdue(detector, at, watched.parameters)) continue;
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
    if (this.#detectorOf(watched).belief !== 'unknown') {
      this.#track();
      this.#giveUp(watched, 'health', this.#observed.until);
      this.#track();
    }
    const { distance, field, ...rest } = sample;
    return {
      ...rest,
      ...(distance && { distance: { ...distance, quality: 'fault' } }),
      ...(field && { field: { ...field, quality: 'fault' } }),
    };
  }

  #giveUp(
    watched: WatchedBay,
    cause: 'health' | 'silence' | 'restart',
    certainUntil: number,
  ): void {
    this.#bank.forget(watched.place);
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
    for (const watched of this.#bays.values()) {
      const { bay, parameters, decidedSince: since } = watched;
      const until = decidedUntil(this.#detectorOf(watched), parameters.confirmMs);
      if (until !== undefined) decided.push({ bay, since, until });
    }
    this.#observed.track(decided);
  }
}
