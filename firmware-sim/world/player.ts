import type { BayId } from '#contract/ids.ts';
import { Agenda } from './agenda.ts';
import type { Traffic, Visit } from './visit.ts';

/** A change at a bay, at an instant of the street's clock. */
export interface Change {
  readonly at: number;
  readonly bay: BayId;
  readonly kind: 'stopped' | 'left';
  /** Who leaves at an instant leaves before another stops. */
  readonly rank: number;
}

/** Plays a traffic over many bays in the order of time. */
export class Player {
  readonly #traffic: Traffic;
  readonly #visits = new Map<BayId, Iterator<Visit, undefined>>();
  readonly #departures = new Map<BayId, number>();
  readonly #agenda = new Agenda<Change>();

  constructor(traffic: Traffic) {
    this.#traffic = traffic;
  }

  /** When the next change is due; infinite when none is to come. */
  get nextAt(): number {
    return this.#agenda.next?.at ?? Number.POSITIVE_INFINITY;
  }

  /** Begins at `from`; says which of the bays are occupied then. */
  begin(bays: readonly BayId[], from: number): Set<BayId> {
    const occupied = new Set<BayId>();
    for (const bay of bays) {
      const visits = this.#traffic.visits(bay, from);
      this.#visits.set(bay, visits);
      const first = visits.next().value;
      if (first === undefined) continue;
      if (first.arrivedAt <= from) {
        occupied.add(bay);
        this.#plan(bay, 'left', first.departedAt);
      } else this.#expect(bay, first);
    }
    return occupied;
  }

  /** The changes up to `at`, in order. */
  advanceTo(at: number): Change[] {
    const due: Change[] = [];
    for (let next = this.#agenda.next; next !== undefined; next = this.#agenda.next) {
      if (next.at > at) break;
      this.#agenda.takeNext();
      const visits = this.#visits.get(next.bay);
      if (visits === undefined) continue;
      due.push(next);
      if (next.kind === 'stopped') {
        this.#plan(next.bay, 'left', this.#departures.get(next.bay) ?? Number.POSITIVE_INFINITY);
      } else {
        const visit = visits.next().value;
        if (visit !== undefined) this.#expect(next.bay, visit);
      }
    }
    return due;
  }

  /** The bay is driven by hand from now on: nothing more is played there. */
  release(bay: BayId): void {
    this.#visits.delete(bay);
  }

  #expect(bay: BayId, { arrivedAt, departedAt }: Visit): void {
    this.#departures.set(bay, departedAt);
    this.#plan(bay, 'stopped', arrivedAt);
  }

  #plan(bay: BayId, kind: Change['kind'], at: number): void {
    if (at !== Number.POSITIVE_INFINITY) {
      this.#agenda.add({ at, bay, kind, rank: kind === 'left' ? 0 : 1 });
    }
  }
}
