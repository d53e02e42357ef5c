import { ANY_CAR } from '#contract/driver.ts';
import type { DriverProfile } from '#contract/driver.ts';

/** What the list is made for: who comes, in how many minutes, for how long. */
export interface Trip {
  readonly arriveInMinutes: number;
  readonly stayMinutes: number;
  readonly driver: DriverProfile;
}

/** Chosen by one tap; a link carries it as `?in=`. */
export const ARRIVALS = [0, 10, 30] as const;

/** Nobody is asked anything first: any car, two hours, in ten minutes. */
export const FIRST_TRIP: Trip = { arriveInMinutes: 10, stayMinutes: 120, driver: ANY_CAR };
