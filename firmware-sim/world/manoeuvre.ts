import { betweenAt } from './chance.ts';
import type { Vehicle } from './vehicle.ts';

/** A vehicle in a bay, by the street's clock. */
export interface Stay {
  readonly vehicle: Vehicle;
  /** Its wheels stop here. */
  readonly stoppedAt: number;
  /** Its wheels leave; infinite while nobody knows. */
  readonly leftAt: number;
  /** How long it rolls in before it stops, and out around the instant at which it leaves. */
  readonly enterMs: number;
  readonly leaveMs: number;
}

/** Nothing of a stay shows longer than this before it begins and after it ends. */
export const LONGEST_MANOEUVRE_MS = 8_000;
/** Of the way in, the roof is under the sensor for this last part. */
const UNDER_SHARE = 0.2;
/** Where on its way in a vehicle hardly changes the field at all. */
const ZERO_AT = 0.55;

/** A stay with a manoeuvre of the vehicle's own; `sudden`: it is there at once, as by hand. */
export function stayOf(vehicle: Vehicle, stoppedAt: number, leftAt: number, sudden = false): Stay {
  const enterMs = sudden ? 0 : betweenAt(vehicle.key, 1, 4_000, LONGEST_MANOEUVRE_MS);
  const leaveMs = sudden ? 0 : betweenAt(vehicle.key, 2, 2_000, 4_000);
  return { vehicle, stoppedAt, leftAt, enterMs, leaveMs };
}

/** Whether the vehicle is between the sensor and the floor. */
export function isUnder({ stoppedAt, leftAt, enterMs }: Stay, at: number): boolean {
  return at >= stoppedAt - UNDER_SHARE * enterMs && at < leftAt;
}

/**
 * How much of the vehicle's step the field shows: 0 before and after, 1 while it stands. On its way
 * in its near end pulls the field the other way first, so that it passes a point of no change.
 */
export function fieldShare(stay: Stay, at: number): number {
  const { stoppedAt, leftAt, enterMs, leaveMs } = stay;
  if (at < stoppedAt - enterMs || at >= leftAt + leaveMs / 2) return 0;
  if (at < stoppedAt) return shareOnTheWay(1 - (stoppedAt - at) / enterMs);
  if (at < leftAt - leaveMs / 2) return 1;
  return shareOnTheWay((leftAt + leaveMs / 2 - at) / leaveMs);
}

function shareOnTheWay(progress: number): number {
  if (progress < ZERO_AT) return -0.4 * Math.sin((Math.PI * progress) / ZERO_AT);
  const rest = (progress - ZERO_AT) / (1 - ZERO_AT);
  return rest * rest * (3 - 2 * rest);
}
