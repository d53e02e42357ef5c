import { FC } from '#contract/modbus.ts';
import type { Clock } from '#runtime/clock.ts';
import type { ModbusMaster } from '../bus/modbus-master.ts';
import { polledKinds } from '../bus/polled-kinds.ts';
import type { PlacedSensor } from './check-line.ts';
import { lineLost } from '../line/line-lost.ts';
import { Walk } from './walk.ts';
import type { WalkEvent, WalkPlace, WalkResult } from './walk.ts';

export type WalkLineEvent =
  /** Everybody who answers has seen the empty bay: the walk may begin. */
  | { readonly kind: 'ready'; readonly silent: readonly WalkPlace[]; readonly first: WalkPlace }
  | (WalkEvent & { readonly next: WalkPlace | undefined });

/** Whoever has not said five distances by then is left out. */
const READY_WITHIN_MS = 20_000;

/**
 * Watches all sensors of a line while somebody goes from bay to bay. Ends when each has seen
 * somebody, or when none has for `idleMs`. Throws UnavailableError when the line is lost.
 */
export async function* walkLine(
  master: ModbusMaster,
  {
    sensors,
    idleMs,
    clock,
  }: { readonly sensors: readonly PlacedSensor[]; readonly idleMs: number; readonly clock: Clock },
): AsyncGenerator<WalkLineEvent, WalkResult> {
  const walk = new Walk(sensors);
  const lastSeq = new Map<number, number>();
  const startedAt = clock.monoMs();
  let isSaid = false;
  let changedAt = startedAt;
  while (!walk.isComplete) {
    const now = clock.monoMs();
    if (!isSaid && (walk.isReady || now - startedAt > READY_WITHIN_MS)) {
      isSaid = true;
      changedAt = now;
      const first = walk.next;
      if (first) yield { kind: 'ready', silent: walk.notReady, first };
    }
    if (isSaid && now - changedAt > idleMs) break;
    for (const sensor of sensors) {
      const distanceMm = await freshDistance(master, sensor, lastSeq, clock);
      if (distanceMm === 'old') continue;
      const event = walk.hear(sensor.address, distanceMm);
      if (event === undefined) continue;
      changedAt = clock.monoMs();
      yield { ...event, next: walk.next };
    }
  }
  return walk.result();
}

async function freshDistance(
  master: ModbusMaster,
  { address, kind }: PlacedSensor,
  lastSeq: Map<number, number>,
  clock: Clock,
): Promise<number | 'old' | undefined> {
  const polled = polledKinds[kind];
  const exchange = await master.request({ ...polled.block, address }, { retry: false });
  if (exchange.kind === 'lost') throw lineLost();
  if (exchange.kind !== 'answered' || exchange.response.kind !== 'registers') return 'old';
  const { data } = exchange.response;
  const write = polled.mend?.(data);
  if (write) await master.request({ fc: FC.writeOne, address, ...write });
  const sample = polled.sample(data, Math.round(clock.monoMs()));
  if (sample === undefined) return undefined;
  const { seq, distance } = sample;
  if (seq !== undefined && lastSeq.get(address) === seq) return 'old';
  if (seq !== undefined) lastSeq.set(address, seq);
  return distance?.quality === 'ok' ? distance.value : undefined;
}
