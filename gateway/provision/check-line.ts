import { responseLength, wireMs } from '#contract/modbus.ts';
import { healthBlock } from '#contract/registers.ts';
import type { ModbusKind } from '#contract/sensor-kind.ts';
import { ANY_UID, decodeSearchAnswer, searchRequest, uidText } from '#contract/uid-search.ts';
import type { Clock } from '#runtime/clock.ts';
import type { ModbusMaster } from '../bus/modbus-master.ts';
import { polledKinds } from '../bus/polled-kinds.ts';
import { lineLost } from '../line/line-lost.ts';

/** A sensor as it hangs on the line; the list goes along the cable, from the gateway on. */
export interface PlacedSensor {
  readonly address: number;
  readonly kind: ModbusKind;
  /** What people call it: its bay, or its address. */
  readonly name: string;
}

/** How one sensor answered. */
export interface SensorCheck extends PlacedSensor {
  readonly asked: number;
  readonly answered: number;
  /** Asked, and something came that was no answer. */
  readonly broken: number;
  /** Asked, and nothing came in time ... */
  readonly silent: number;
  /** ... of those, how often it came afterwards. */
  readonly late: number;
  /** From the request's last character to the answer's last, without the wire's own time; sorted. */
  readonly answerMs: readonly number[];
  /** The middle of what it said; undefined: it does not measure it. */
  readonly supplyMv: number | undefined;
  /** Requests, whosesoever, that arrived broken at the node meanwhile. */
  readonly heardBroken: number | undefined;
  /** Several answer together. */
  readonly isCrowd: boolean;
}

export interface CheckEvent {
  readonly done: number;
  readonly of: number;
  readonly name: string;
}

/** Two nodes may happen to be heard as one, and one as broken. */
const HEAR_OUT = 3;
const DEAD_AFTER = 5;

interface Tally extends PlacedSensor {
  asked: number;
  answered: number;
  broken: number;
  silent: number;
  late: number;
  heardBrokenAtFirst: number | undefined;
  readonly answerMs: number[];
  readonly supplies: number[];
}

/** Asks each sensor `rounds` times, without retries. Throws UnavailableError when the line is lost. */
export async function* checkLine(
  master: ModbusMaster,
  {
    sensors,
    rounds,
    baud,
    clock,
  }: {
    readonly sensors: readonly PlacedSensor[];
    readonly rounds: number;
    readonly baud: number;
    readonly clock: Clock;
  },
): AsyncGenerator<CheckEvent, SensorCheck[]> {
  const tallies: Tally[] = sensors.map((sensor) => ({
    ...sensor,
    asked: 0,
    answered: 0,
    broken: 0,
    silent: 0,
    late: 0,
    heardBrokenAtFirst: undefined,
    answerMs: [],
    supplies: [],
  }));
  const of = rounds * sensors.length;
  for (const tally of tallies) tally.heardBrokenAtFirst = await heardBroken(master, tally);
  for (let round = 0; round < rounds; round += 1) {
    for (const [at, tally] of tallies.entries()) {
      if (!isDead(tally)) await askOnce(master, tally, baud, clock);
      yield { done: round * sensors.length + at + 1, of, name: tally.name };
    }
  }
  const checks: SensorCheck[] = [];
  for (const { heardBrokenAtFirst, supplies, ...tally } of tallies) {
    const isSilent = tally.answered + tally.broken === 0;
    const last = isSilent ? undefined : await heardBroken(master, tally);
    checks.push({
      ...tally,
      answerMs: tally.answerMs.toSorted((a, b) => a - b),
      supplyMv: middleOf(supplies),
      heardBroken:
        last === undefined || heardBrokenAtFirst === undefined
          ? undefined
          : Math.max(0, last - heardBrokenAtFirst),
      isCrowd: !isSilent && (await isCrowd(master, tally)),
    });
  }
  return checks;
}

/** Nothing ever came: to ask on would only take everybody's time. */
const isDead = ({ asked, answered, broken, late }: Tally): boolean =>
  asked >= DEAD_AFTER && answered + broken + late === 0;

async function askOnce(
  master: ModbusMaster,
  tally: Tally,
  baud: number,
  clock: Clock,
): Promise<void> {
  const { address, kind } = tally;
  const request = { ...polledKinds[kind].block, address };
  await master.settle();
  const before = { ...master.counts };
  const askedAt = clock.monoMs();
  const exchange = await master.request(request, { retry: false });
  const tookMs = clock.monoMs() - askedAt;
  if (exchange.kind === 'lost') throw lineLost();
  tally.asked += 1;
  if (exchange.kind === 'missed') {
    if (master.counts.framesBad > before.framesBad) tally.broken += 1;
    else tally.silent += 1;
    await master.settle();
    tally.late += master.counts.lateAnswers - before.lateAnswers;
    return;
  }
  tally.answered += 1;
  tally.answerMs.push(Math.max(0, tookMs - wireMs(8 + responseLength(request), baud)));
  if (exchange.kind === 'exception' || exchange.response.kind !== 'registers') return;
  const sample = polledKinds[kind].sample(exchange.response.data, Math.round(askedAt));
  if (sample?.node) tally.supplies.push(sample.node.supplyMv);
}

async function heardBroken(
  master: ModbusMaster,
  { address, kind }: PlacedSensor,
): Promise<number | undefined> {
  if (kind !== 'pbn1') return undefined;
  const { fc, register, count } = healthBlock;
  const exchange = await master.request({ fc, address, register, count }, { retry: false });
  if (exchange.kind === 'lost') throw lineLost();
  if (exchange.kind !== 'answered' || exchange.response.kind !== 'registers') return undefined;
  return healthBlock.decode(exchange.response.data).crcErrors;
}

/**
 * Two UIDs at one address; or, time after time, broken answers of which one at least is longer than
 * any single one: noise adds no bytes, and an answer that comes late is whole.
 */
async function isCrowd(master: ModbusMaster, { address, kind }: PlacedSensor): Promise<boolean> {
  const request =
    kind === 'pbn1' ? searchRequest(address, ANY_UID) : { ...polledKinds[kind].block, address };
  const most = responseLength(request);
  const uids = new Set<string>();
  let broken = 0;
  let isOverlong = false;
  for (let heardOut = 0; heardOut < HEAR_OUT; heardOut += 1) {
    await master.settle();
    const heard = await master.overhear(request);
    if (heard === undefined) throw lineLost();
    for (const answer of heard.answers) {
      const node = answer.kind === 'registers' ? decodeSearchAnswer(answer.data) : undefined;
      if (node) uids.add(uidText(node.uid));
    }
    if (uids.size > 1) return true;
    const { strayBytes } = heard;
    if (strayBytes > 0) broken += 1;
    if (strayBytes + heard.answers.length * most > most) isOverlong = true;
    if (broken === 0 && heardOut > 0) return false;
  }
  return broken === HEAR_OUT && isOverlong;
}

function middleOf(values: readonly number[]): number | undefined {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)];
}
