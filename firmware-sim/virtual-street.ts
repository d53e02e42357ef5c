import { DISTANCE_INTERFERENCE } from '#contract/distance-frame.ts';
import type { BayId } from '#contract/ids.ts';
import type { Field } from './world/field.ts';
import type { SensorFault } from './node/fault-kinds.ts';
import { FaultySenses } from './node/faulty-senses.ts';
import { openSenses } from './node/senses.ts';
import type { Scenario } from './scenario.ts';
import { betweenAt, keyOf } from './world/chance.ts';
import { LONGEST_MANOEUVRE_MS, stayOf } from './world/manoeuvre.ts';
import { Player } from './world/player.ts';
import type { Change } from './world/player.ts';
import { openRandom } from './world/random.ts';
import { seededTraffic } from './world/seeded-traffic.ts';
import { Street } from './world/street.ts';
import type { Place } from './world/street.ts';
import { openSurroundings } from './world/surroundings.ts';
import { drawVehicle } from './world/vehicle.ts';
import type { VehicleKind } from './world/vehicle.ts';

/** What a gateway would know of one sample, without a wire in between. */
export interface VirtualSample {
  readonly kind: 'sample';
  readonly bay: BayId;
  /** By a monotonic clock that begins at 0, and by the wall's, epoch ms. */
  readonly atMonoMs: number;
  readonly at: number;
  /** mm, or 0xFFFD none, 0xFFFE interference. */
  readonly distanceMm: number;
  readonly distanceQuality: 'ok' | 'no_target' | 'interference';
  /** 0 to 100. */
  readonly echoQuality: number;
  readonly fieldUt: Field;
  readonly temperatureC: number;
  /** Modulo 65,536. */
  readonly seq: number;
  readonly uptimeMs: number;
  readonly supplyMv: number;
}

/** What really happened; a bay of which nothing was said is vacant. */
export interface VirtualTruth {
  readonly kind: 'stopped' | 'left';
  readonly bay: BayId;
  readonly at: number;
  readonly atMonoMs: number;
  readonly vehicle: VehicleKind;
}

export interface VirtualRun {
  readonly scenario: Scenario;
  readonly seed: number;
  readonly bays: number;
  readonly durationMs: number;
  readonly samplePeriodMs: number;
  readonly timeZone?: string;
}

const BAYS_IN_ROW = 20;
const ROW_MOUNT_MM = [2_200, 3_500] as const;
const MINUTE_MS = 60_000;
const SEQ_MODULUS = 0x1_0000;

/** Rows of twenty bays, each with its own height and the bays beside it as neighbours. */
export function virtualPlaces({ bays, seed }: Pick<VirtualRun, 'bays' | 'seed'>): Place[] {
  const bayOf = (at: number) => `bay-${at}` as BayId;
  return Array.from({ length: bays }, (_, at) => {
    const row = Math.floor(at / BAYS_IN_ROW);
    const isSameRow = (other: number) =>
      other >= 0 && other < bays && Math.floor(other / BAYS_IN_ROW) === row;
    return {
      bay: bayOf(at),
      lot: `row-${row}`,
      along: at % BAYS_IN_ROW,
      mountMm: Math.round(betweenAt(keyOf(seed, `mount/${row}`), 0, ...ROW_MOUNT_MM)),
      neighbours: [at - 1, at + 1].filter(isSameRow).map(bayOf),
    };
  });
}

/**
 * A street on a virtual clock: what nodes would measure and what was true, in the order of time, as
 * fast as it is asked for. The same physics as on the simulated lines. A truth comes before the
 * samples of its instant. Who stands in a bay when the run begins has stopped at its first instant.
 */
export function* virtualStreet(
  run: VirtualRun,
): Generator<VirtualSample | VirtualTruth, undefined> {
  const { scenario, seed, durationMs, samplePeriodMs, timeZone = 'Asia/Seoul' } = run;
  const startsAt = Date.parse(scenario.startsAt);
  const endsAt = startsAt + durationMs;
  const street = new Street();
  const surroundings = openSurroundings({ scenario, seed, timeZone });
  const world = { street, surroundings, streetTimeAt: (at: number) => startsAt + at };
  const places = virtualPlaces(run);
  const mounts = new Map(places.map(({ bay, mountMm }) => [bay, mountMm]));
  const draws = new Map(places.map(({ bay }) => [bay, openRandom(seed, `vehicles/${bay}`)]));
  const standing = new Map<BayId, VehicleKind>();
  const traffic = seededTraffic({ seed, timeZone, demandOf: () => scenario.demand });
  const player = new Player(traffic);
  const nodes = places
    .map(
      (place, at) =>
        new VirtualNode(place.bay, faultsOf(scenario, at, places.length), {
          senses: new FaultySenses(openSenses({ world, place, compensates: true })),
          firstAt: betweenAt(keyOf(seed, `phase/${place.bay}`), 0, 0, samplePeriodMs),
        }),
    )
    .toSorted((a, b) => a.firstAt - b.firstAt);
  const rolling: Change[] = [];

  function arrive(bay: BayId, stoppedAt: number): void {
    const random = draws.get(bay);
    if (random === undefined) return;
    const vehicle = drawVehicle(random, mounts.get(bay) ?? 0, scenario);
    street.sceneOf(bay).arrive(stayOf(vehicle, stoppedAt, Number.POSITIVE_INFINITY));
  }

  function truthOf(bay: BayId, kind: 'stopped' | 'left', at: number): VirtualTruth {
    const scene = street.sceneOf(bay);
    if (kind === 'stopped') standing.set(bay, scene.latest?.vehicle.kind ?? 'car');
    return { kind, bay, at, atMonoMs: at - startsAt, vehicle: standing.get(bay) ?? 'car' };
  }

  for (const bay of player.begin([...mounts.keys()], startsAt)) {
    arrive(bay, Number.NEGATIVE_INFINITY);
    yield truthOf(bay, 'stopped', startsAt);
  }
  for (let roundAt = 0; roundAt < durationMs; roundAt += samplePeriodMs) {
    for (const node of nodes) {
      const atMonoMs = roundAt + node.firstAt;
      const at = startsAt + atMonoMs;
      if (at >= endsAt) continue;
      if (player.nextAt <= at + LONGEST_MANOEUVRE_MS) {
        for (const change of player.advanceTo(at + LONGEST_MANOEUVRE_MS)) {
          if (change.kind === 'stopped') arrive(change.bay, change.at);
          else street.sceneOf(change.bay).leave(change.at);
          rolling.push(change);
        }
      }
      while (rolling[0] !== undefined && rolling[0].at <= at) {
        const [due] = rolling;
        yield truthOf(due.bay, due.kind, due.at);
        rolling.shift();
      }
      const sample = node.sampleAt(atMonoMs, at);
      if (sample !== undefined) yield sample;
    }
  }
  return undefined;
}

type ScheduledFault = Scenario['sensorFaults'][number];

/** The faults of one bay; who listens to a neighbour's address spoils the neighbour's answers too. */
function faultsOf({ sensorFaults }: Scenario, bay: number, bays: number): ScheduledFault[] {
  const isNextTo = (other: number) => (other + 1) % bays === bay;
  return sensorFaults
    .filter(
      (each) => each.bay === bay || (each.fault === 'duplicate-address' && isNextTo(each.bay)),
    )
    .toSorted((a, b) => a.fromMinute - b.fromMinute);
}

/** What on a line means that no whole answer comes. */
const UNHEARD = new Set<SensorFault>(['silent', 'wrong-address', 'duplicate-address']);

class VirtualNode {
  readonly firstAt: number;
  readonly #bay: BayId;
  readonly #senses: FaultySenses;
  readonly #faults: readonly ScheduledFault[];
  readonly #begun = new Set<ScheduledFault>();
  #startedAt = 0;
  #count = 0;
  #frozen: VirtualSample | undefined;

  constructor(
    bay: BayId,
    faults: readonly ScheduledFault[],
    { senses, firstAt }: { readonly senses: FaultySenses; readonly firstAt: number },
  ) {
    this.#bay = bay;
    this.#faults = faults;
    this.#senses = senses;
    this.firstAt = firstAt;
  }

  /** The sample of an instant; undefined when the line would bring none. */
  sampleAt(atMonoMs: number, at: number): VirtualSample | undefined {
    if (this.#faults.length > 0 && this.#isUnheard(atMonoMs)) return undefined;
    return this.#frozen === undefined
      ? this.#measured(atMonoMs, at)
      : { ...this.#frozen, atMonoMs, at };
  }

  #measured(atMonoMs: number, at: number): VirtualSample {
    const measured = this.#senses.measure(atMonoMs);
    this.#count += 1;
    return {
      kind: 'sample',
      bay: this.#bay,
      atMonoMs,
      at,
      distanceMm: measured.distanceMm,
      distanceQuality: qualityOf(measured),
      echoQuality: measured.echoQuality,
      fieldUt: measured.fieldUt,
      temperatureC: measured.temperatureC,
      seq: this.#count % SEQ_MODULUS,
      uptimeMs: Math.floor(atMonoMs - this.#startedAt),
      supplyMv: measured.supplyMv,
    };
  }

  #isUnheard(atMonoMs: number): boolean {
    let isUnheard = false;
    for (const fault of this.#faults) {
      const untilMs = (fault.toMinute ?? Number.POSITIVE_INFINITY) * MINUTE_MS;
      if (atMonoMs < fault.fromMinute * MINUTE_MS) continue;
      if (atMonoMs >= untilMs) this.#end(fault);
      else {
        this.#begin(fault, atMonoMs);
        isUnheard ||= UNHEARD.has(fault.fault);
      }
    }
    return isUnheard;
  }

  #begin(fault: ScheduledFault, atMonoMs: number): void {
    if (this.#begun.has(fault)) return;
    this.#begun.add(fault);
    if (fault.fault === 'stuck-value') this.#senses.hold(atMonoMs);
    if (fault.fault === 'stuck-firmware') this.#frozen = this.#measured(atMonoMs, atMonoMs);
    if (fault.fault === 'supply-low') this.#senses.isSupplyLow = true;
    if (fault.fault === 'brown-out' || fault.fault === 'reboot') {
      this.#startedAt = atMonoMs;
      this.#count = 0;
    }
  }

  #end(fault: ScheduledFault): void {
    if (!this.#begun.delete(fault)) return;
    this.#senses.mend();
    this.#frozen = undefined;
  }
}

function qualityOf({
  distanceMm,
  distanceValid,
}: {
  readonly distanceMm: number;
  readonly distanceValid: boolean;
}): VirtualSample['distanceQuality'] {
  if (distanceValid) return 'ok';
  return distanceMm === DISTANCE_INTERFERENCE ? 'interference' : 'no_target';
}
