import type { BayId } from '#contract/ids.ts';
import type { Clock } from '#runtime/clock.ts';
import { RejectedError } from '#runtime/errors.ts';
import { openAir } from './air.ts';
import { Player } from './player.ts';
import { openRandom } from './random.ts';
import type { Random } from './random.ts';
import { Street } from './street.ts';
import type { World } from './street.ts';
import type { Truth } from './truth.ts';
import { drawVehicle } from './vehicle.ts';
import type { Traffic } from './visit.ts';

/** A timer longer than this overflows; waking up once an hour costs nothing. */
const LONGEST_WAIT_MS = 3_600_000;

export interface CityOptions {
  readonly bays: readonly { readonly bay: BayId; readonly mountMm: number }[];
  readonly traffic: Traffic;
  /** What the street's own clock says at the start, epoch ms. */
  readonly startsAt: number;
  readonly speed: number;
  readonly seed: number;
  readonly timeZone: string;
  readonly clock: Clock;
  readonly truth: Truth;
  /** After every change, by the monotonic clock. */
  readonly onChange: (bay: BayId, at: number) => void;
}

/** The bays, the cars that come and go there as the traffic says, and the truth about it. */
export class City {
  readonly world: World;
  readonly #options: CityOptions;
  readonly #street: Street;
  readonly #player: Player;
  readonly #mounts: ReadonlyMap<BayId, number>;
  readonly #vehicles = new Map<BayId, Random>();
  readonly #begunAt: number;
  #timer: NodeJS.Timeout | undefined;
  #changes = 0;

  constructor(options: CityOptions) {
    const { clock, bays, startsAt } = options;
    this.#options = options;
    this.#begunAt = clock.monoMs();
    const airAt = openAir(options.timeZone);
    this.#street = new Street((at) => airAt(this.#streetTimeAt(at)));
    this.world = this.#street;
    this.#player = new Player(options.traffic);
    this.#mounts = new Map(bays.map(({ bay, mountMm }) => [bay, mountMm]));
    const occupied = this.#player.begin([...this.#mounts.keys()], startsAt);
    const at = clock.wallMs();
    for (const bay of this.#mounts.keys()) {
      if (occupied.has(bay)) this.#park(bay, Number.NEGATIVE_INFINITY);
      options.truth.write({ kind: 'initial', bay, occupied: occupied.has(bay), at });
    }
  }

  /** Changes since the start. */
  get changes(): number {
    return this.#changes;
  }

  get bayCount(): number {
    return this.#mounts.size;
  }

  isOccupied(bay: BayId): boolean {
    return this.#street.isOccupied(bay);
  }

  /** Lets time run: changes happen when they are due. */
  start(): void {
    clearTimeout(this.#timer);
    const { clock, speed, startsAt } = this.#options;
    const dueAt = this.#begunAt + (this.#player.nextAt - startsAt) / speed;
    const waitMs = Math.min(LONGEST_WAIT_MS, Math.max(1, Math.ceil(dueAt - clock.monoMs())));
    this.#timer = setTimeout(() => {
      this.catchUp();
      this.start();
    }, waitMs);
  }

  /** Everything that is due by now has happened. */
  catchUp(): void {
    const now = this.#options.clock.monoMs();
    for (const { bay, kind } of this.#player.advanceTo(this.#streetTimeAt(now))) {
      this.#change(bay, kind, now);
    }
  }

  /** A car parks by hand; throws RejectedError. From then on no traffic comes to this bay. */
  park(bay: string): void {
    const id = this.#take(bay);
    if (this.isOccupied(id)) throw new RejectedError('bay_occupied', `${bay} is occupied`);
    this.#player.release(id);
    this.#change(id, 'stopped', this.#options.clock.monoMs());
  }

  /** The car leaves by hand; throws RejectedError. From then on no traffic comes to this bay. */
  leave(bay: string): void {
    const id = this.#take(bay);
    if (!this.isOccupied(id)) throw new RejectedError('bay_vacant', `${bay} is vacant`);
    this.#player.release(id);
    this.#change(id, 'left', this.#options.clock.monoMs());
  }

  close(): void {
    clearTimeout(this.#timer);
  }

  #take(bay: string): BayId {
    this.catchUp();
    for (const known of this.#mounts.keys()) if (known === bay) return known;
    throw new RejectedError('unknown_bay', `"${bay}" is no simulated bay of this site`);
  }

  #change(bay: BayId, kind: 'stopped' | 'left', at: number): void {
    if (kind === 'stopped') this.#park(bay, at);
    else this.#street.set(bay, undefined, at);
    this.#changes += 1;
    this.#options.truth.write({ kind, bay, at: this.#options.clock.wallMs() });
    this.#options.onChange(bay, at);
  }

  #park(bay: BayId, at: number): void {
    let random = this.#vehicles.get(bay);
    if (random === undefined) {
      random = openRandom(this.#options.seed, `vehicles/${bay}`);
      this.#vehicles.set(bay, random);
    }
    this.#street.set(bay, drawVehicle(random, this.#mounts.get(bay) ?? 0), at);
  }

  #streetTimeAt(at: number): number {
    return this.#options.startsAt + (at - this.#begunAt) * this.#options.speed;
  }
}
