import type { BayId } from '#contract/ids.ts';
import type { Clock } from '#runtime/clock.ts';
import { RejectedError } from '#runtime/errors.ts';
import { LONGEST_MANOEUVRE_MS, stayOf } from './manoeuvre.ts';
import { Player } from './player.ts';
import type { Change } from './player.ts';
import { openRandom } from './random.ts';
import type { Random } from './random.ts';
import { Street } from './street.ts';
import type { Truth } from './truth.ts';
import { drawVehicle } from './vehicle.ts';
import type { VehicleMix } from './vehicle.ts';
import type { Traffic } from './visit.ts';

/** A timer longer than this overflows; waking up once an hour costs nothing. */
const LONGEST_WAIT_MS = 3_600_000;

export interface CityOptions {
  readonly bays: readonly { readonly bay: BayId; readonly mountMm: number }[];
  readonly traffic: Traffic;
  readonly mix: VehicleMix;
  /** What the street's own clock says at the start, epoch ms. */
  readonly startsAt: number;
  readonly speed: number;
  readonly seed: number;
  readonly clock: Clock;
  readonly truth: Truth;
  /** After every change, by the monotonic clock. */
  readonly onChange: (bay: BayId, at: number) => void;
}

/** The bays, the cars that come and go there as the traffic says, and the truth about it. */
export class City {
  readonly street = new Street();
  readonly #options: CityOptions;
  readonly #player: Player;
  readonly #mounts: ReadonlyMap<BayId, number>;
  readonly #vehicles = new Map<BayId, Random>();
  readonly #occupied: Set<BayId>;
  readonly #begunAt: number;
  /** Who rolls in or out already: changes that are due within a manoeuvre's time, in order. */
  #rolling: Change[] = [];
  #timer: NodeJS.Timeout | undefined;
  #changes = 0;

  constructor(options: CityOptions) {
    const { clock, bays, startsAt, mix } = options;
    this.#options = options;
    this.#begunAt = clock.monoMs();
    this.#player = new Player(options.traffic);
    this.#mounts = new Map(bays.map(({ bay, mountMm }) => [bay, mountMm]));
    this.#occupied = this.#player.begin([...this.#mounts.keys()], startsAt);
    const at = clock.wallMs();
    for (const bay of this.#mounts.keys()) {
      const occupied = this.#occupied.has(bay);
      if (occupied) this.#arrive(bay, Number.NEGATIVE_INFINITY, mix);
      options.truth.write({ kind: 'initial', bay, occupied, at });
    }
  }

  /** Changes since the start. */
  get changes(): number {
    return this.#changes;
  }

  isOccupied(bay: BayId): boolean {
    return this.#occupied.has(bay);
  }

  /** What the street's clock says at an instant of the monotonic clock, epoch ms. */
  streetTimeAt(at: number): number {
    return this.#options.startsAt + (at - this.#begunAt) * this.#options.speed;
  }

  /** Lets time run: changes happen when they are due. */
  start(): void {
    clearTimeout(this.#timer);
    const { clock, speed, startsAt } = this.#options;
    const nextAt = Math.min(
      this.#rolling[0]?.at ?? Number.POSITIVE_INFINITY,
      this.#player.nextAt - LONGEST_MANOEUVRE_MS,
    );
    const dueAt = this.#begunAt + (nextAt - startsAt) / speed;
    const waitMs = Math.min(LONGEST_WAIT_MS, Math.max(1, Math.ceil(dueAt - clock.monoMs())));
    this.#timer = setTimeout(() => {
      this.catchUp();
      this.start();
    }, waitMs);
  }

  /** Everything that is due by now has happened, and who comes soon is on the way. */
  catchUp(): void {
    const now = this.#options.clock.monoMs();
    const streetNow = this.streetTimeAt(now);
    for (const change of this.#player.advanceTo(streetNow + LONGEST_MANOEUVRE_MS)) {
      if (change.kind === 'stopped') this.#arrive(change.bay, change.at, this.#options.mix);
      else this.street.sceneOf(change.bay).leave(change.at);
      this.#rolling.push(change);
    }
    const due = this.#rolling.filter(({ at }) => at <= streetNow);
    this.#rolling = this.#rolling.filter(({ at }) => at > streetNow);
    for (const { bay, kind } of due) this.#note(bay, kind, now);
  }

  /** A car parks by hand; throws RejectedError. From then on no traffic comes to this bay. */
  park(bay: string): void {
    const id = this.#take(bay);
    if (this.isOccupied(id)) throw new RejectedError('bay_occupied', `${bay} is occupied`);
    this.#release(id);
    const now = this.#options.clock.monoMs();
    const plain = { ...this.#options.mix, twoWheelerShare: 0, glassShare: 0 };
    this.#arrive(id, this.streetTimeAt(now), plain, true);
    this.#note(id, 'stopped', now);
  }

  /** The car leaves by hand; throws RejectedError. From then on no traffic comes to this bay. */
  leave(bay: string): void {
    const id = this.#take(bay);
    if (!this.isOccupied(id)) throw new RejectedError('bay_vacant', `${bay} is vacant`);
    this.#release(id);
    const now = this.#options.clock.monoMs();
    this.street.sceneOf(id).leave(this.streetTimeAt(now), 0);
    this.#note(id, 'left', now);
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  #take(bay: string): BayId {
    this.catchUp();
    for (const known of this.#mounts.keys()) if (known === bay) return known;
    throw new RejectedError('unknown_bay', `"${bay}" is no simulated bay of this site`);
  }

  /** Traffic no longer comes here: who was on the way turns away or stays. */
  #release(bay: BayId): void {
    this.#player.release(bay);
    const scene = this.street.sceneOf(bay);
    for (const { kind } of this.#rolling.filter((each) => each.bay === bay).toReversed()) {
      if (kind === 'stopped') scene.turnAway();
      else scene.leave(Number.POSITIVE_INFINITY);
    }
    this.#rolling = this.#rolling.filter((each) => each.bay !== bay);
  }

  #note(bay: BayId, kind: Change['kind'], at: number): void {
    if (kind === 'stopped') this.#occupied.add(bay);
    else this.#occupied.delete(bay);
    this.#changes += 1;
    this.#options.truth.write({ kind, bay, at: this.#options.clock.wallMs() });
    this.#options.onChange(bay, at);
  }

  #arrive(bay: BayId, stoppedAt: number, mix: VehicleMix, sudden = false): void {
    let random = this.#vehicles.get(bay);
    if (random === undefined) {
      random = openRandom(this.#options.seed, `vehicles/${bay}`);
      this.#vehicles.set(bay, random);
    }
    const vehicle = drawVehicle(random, this.#mounts.get(bay) ?? 0, mix);
    const stay = stayOf(vehicle, stoppedAt, Number.POSITIVE_INFINITY, sudden);
    this.street.sceneOf(bay).arrive(stay);
  }
}
