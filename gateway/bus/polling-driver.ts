import type { BayId } from '#contract/ids.ts';
import { BROADCAST, FC } from '#contract/modbus.ts';
import { COMMAND } from '#contract/registers.ts';
import type { ModbusKind } from '#contract/sensor-kind.ts';
import type { Clock } from '#runtime/clock.ts';
import { UnavailableError } from '#runtime/errors.ts';
import type { Line } from '../line/line.ts';
import type { Sample } from '../sense/sample.ts';
import { CrowdWatch } from './crowd-watch.ts';
import { noCounts } from './driver.ts';
import type { BusCounts, Driver, TakeSample, TakeTrouble } from './driver.ts';
import type { LineSigns } from '../sign/line-signs.ts';
import { ModbusMaster } from './modbus-master.ts';
import type { Exchange } from './modbus-master.ts';
import { NodeHealth } from './node-health.ts';
import { polledKinds } from './polled-kinds.ts';
import { PingRounds, placesInRounds } from './ping-rounds.ts';
import { evenPlaces, PollPlan } from './poll-plan.ts';

export interface PolledNode {
  readonly bay: BayId;
  readonly kind: ModbusKind;
  readonly address: number;
}

export interface PollingDriverOptions {
  readonly nodes: readonly PolledNode[];
  readonly baud: number;
  readonly periodMs: number;
  /** This line's place between the others: 0 up to the time between two polls. */
  readonly offsetMs: number;
  /** Bay nodes ping when they are told to: even addresses, then odd ones. */
  readonly pingsInTurn?: boolean;
  /** Displays on the same line. */
  readonly signs?: LineSigns | undefined;
  readonly clock: Clock;
  readonly take: TakeSample;
  readonly trouble: TakeTrouble;
}

/** Nothing is due at all on a line of displays that were told nothing yet. */
const LONGEST_REST_MS = 60_000;

type Answer = Extract<Exchange, { kind: 'answered' }>['response'];

interface Polled extends PolledNode {
  readonly health: NodeHealth;
  last: { readonly seq: number | undefined; readonly uptimeMs: number | undefined } | undefined;
}

export interface PollingDriver extends Driver {
  /** By address. */
  readonly health: ReadonlyMap<number, NodeHealth>;
}

/** Asks the sensors of one line in turn, each for what its kind has to say. */
export function pollingDriver(options: PollingDriverOptions): PollingDriver {
  const { nodes, baud, periodMs, offsetMs, pingsInTurn = false, signs } = options;
  const { clock, take, trouble } = options;
  const polled: Polled[] = nodes.map((node) => ({
    ...node,
    health: new NodeHealth(),
    last: undefined,
  }));
  /** Of the masters of lines that were lost before. */
  const past = noCounts();
  let master: ModbusMaster | undefined;
  const places = pingsInTurn
    ? placesInRounds(
        nodes.map(({ address }) => address),
        periodMs,
      )
    : evenPlaces(nodes.length, periodMs);
  const crowds = new CrowdWatch(clock);
  let plan = new PollPlan(places, periodMs, 0);
  let rounds: PingRounds | undefined;
  let wake: (() => void) | undefined;
  let isSensorsTurn = true;
  if (signs) signs.onSooner = () => wake?.();

  async function poll(mine: ModbusMaster): Promise<void> {
    for (;;) {
      if (master !== mine) return;
      const due = plan.next();
      const node = polled[due.node];
      const dueAt = node ? due.at : Number.POSITIVE_INFINITY;
      const ping = node ? rounds?.next : undefined;
      const signAt = signs?.dueAt ?? Number.POSITIVE_INFINITY;
      const waitMs = Math.min(dueAt, ping?.at ?? dueAt, signAt) - clock.monoMs();
      if (waitMs >= 1) {
        await rest(Math.min(waitMs, LONGEST_REST_MS));
        continue;
      }
      // Sensors and displays take turns: neither waits for more than one exchange of the other.
      const isSensorDue = Math.min(dueAt, ping?.at ?? dueAt) <= clock.monoMs();
      if (signs && signAt <= clock.monoMs() && !(isSensorDue && isSensorsTurn)) {
        isSensorsTurn = true;
        if (!(await signs.write(mine))) return;
        continue;
      }
      isSensorsTurn = false;
      if (!node) continue;
      if (ping && ping.at <= due.at) {
        await tellToPing(mine, ping.group);
        rounds?.pinged(clock.monoMs());
        continue;
      }
      plan.asked(due.node, clock.monoMs());
      const { fc, register, count } = polledKinds[node.kind].block;
      const request = { fc, address: node.address, register, count } as const;
      const before = { ...mine.counts };
      const exchange = await mine.request(request, { retry: !node.health.isSlow });
      if (exchange.kind === 'lost') return;
      conclude(due.node, node, exchange);
      tellLink(node, exchange, before, mine.counts);
      if (exchange.kind === 'answered') await mend(mine, node, exchange.response);
      if (await isCrowd(mine, node)) trouble(node.bay, { kind: 'crowd' });
    }
  }

  async function tellToPing(mine: ModbusMaster, group: number): Promise<void> {
    const value = COMMAND.triggerGroup + group;
    const { register } = COMMAND;
    await mine.request({ fc: FC.writeOne, address: BROADCAST, register, value });
  }

  /** A line that is lost meanwhile proves nothing; the next request ends the poll. */
  async function isCrowd(mine: ModbusMaster, { address, kind }: Polled): Promise<boolean> {
    try {
      return await crowds.isProven(mine, address, kind === 'pbn1');
    } catch (error) {
      if (error instanceof UnavailableError) return false;
      throw error;
    }
  }

  /** A sensor that was started anew may wait to be told what it was told before. */
  async function mend(mine: ModbusMaster, node: Polled, response: Answer): Promise<void> {
    if (response.kind !== 'registers') return;
    const write = polledKinds[node.kind].mend?.(response.data);
    if (write === undefined) return;
    await mine.request({ fc: FC.writeOne, address: node.address, ...write });
  }

  /** A node that does not answer at all is silent, which is not the link's fault. */
  function tellLink(
    { bay }: Polled,
    { kind }: Exchange,
    before: BusCounts,
    after: BusCounts,
  ): void {
    const refused = kind === 'exception' ? 1 : 0;
    const crcErrors = after.framesBad - before.framesBad - refused;
    const errors = kind === 'missed' ? crcErrors : after.retries - before.retries;
    const frames = kind === 'missed' ? crcErrors : errors + 1;
    if (frames > 0) trouble(bay, { kind: 'link', frames, errors, crcErrors });
  }

  function conclude(at: number, node: Polled, exchange: Exchange): void {
    const { health } = node;
    health.polls += 1;
    if (exchange.kind === 'exception') health.exceptions += 1;
    if (exchange.kind !== 'answered' || exchange.response.kind !== 'registers') {
      const waitMs = health.missed();
      trouble(node.bay, { kind: 'missed' });
      if (waitMs !== undefined) plan.postpone(at, clock.monoMs() + waitMs);
      return;
    }
    if (health.isSlow && polled.every((other) => other.health.isSlow)) wakeAll();
    health.answers += 1;
    health.answered();
    const { kind } = node;
    const sample = polledKinds[kind].sample(exchange.response.data, Math.round(clock.monoMs()));
    if (!sample) {
      past.framesBad += 1;
      trouble(node.bay, { kind: 'missed' });
    } else if (isFresh(node, sample)) take(node.bay, sample);
    else {
      health.stale += 1;
      trouble(node.bay, { kind: 'stale' });
    }
  }

  /** A line that was dead as a whole answers again: nobody waits out the end of their back-off. */
  function wakeAll(): void {
    const now = clock.monoMs();
    for (const [at, placeMs] of places.entries()) plan.postpone(at, now + placeMs);
    if (pingsInTurn) rounds = new PingRounds(periodMs, now);
  }

  function rest(forMs: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(done, forMs);
      function done(): void {
        clearTimeout(timer);
        wake = undefined;
        resolve();
      }
      wake = done;
    });
  }

  return {
    health: new Map(polled.map(({ address, health }) => [address, health])),
    get counts(): Readonly<BusCounts> {
      return master ? sumOf(past, master.counts) : past;
    },
    attach: (line: Line) => {
      master = new ModbusMaster(line, baud, clock, (address) => crowds.suspect(address));
      const startAt = clock.monoMs() + offsetMs;
      plan = new PollPlan(places, periodMs, startAt);
      rounds = pingsInTurn ? new PingRounds(periodMs, startAt) : undefined;
      void poll(master);
    },
    detach: () => {
      const gone = master;
      master = undefined;
      if (!gone) return;
      gone.lose();
      Object.assign(past, sumOf(past, gone.counts));
      wake?.();
    },
    bytes: (chunk) => master?.bytes(chunk),
  };
}

/**
 * A sample whose SEQ stands still was heard before: a stuck node observes nothing. A sensor that
 * does not number its samples is taken at its word.
 */
function isFresh(node: Polled, { seq, uptimeMs }: Sample): boolean {
  if (seq === undefined) return true;
  const fresh = node.last?.seq !== seq || (uptimeMs ?? 0) < (node.last?.uptimeMs ?? 0);
  node.last = { seq, uptimeMs };
  return fresh;
}

function sumOf(a: BusCounts, b: BusCounts): BusCounts {
  return {
    framesHeard: a.framesHeard + b.framesHeard,
    framesBad: a.framesBad + b.framesBad,
    bytesDiscarded: a.bytesDiscarded + b.bytesDiscarded,
    timeouts: a.timeouts + b.timeouts,
    lateAnswers: a.lateAnswers + b.lateAnswers,
    retries: a.retries + b.retries,
  };
}
