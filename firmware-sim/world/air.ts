import { localTimeOf } from '#contract/hours.ts';

const MEAN_C = 15;
const SWING_C = 6;
const WARMEST_MINUTE = 15 * 60;

/**
 * The air's temperature in °C at an instant of the street's clock: a cosine over the local day,
 * warmest at three in the afternoon. Seasons and weather are not in it.
 */
export function openAir(timeZone: string): (at: number) => number {
  let minute = Number.NaN;
  let airC = MEAN_C;
  return (at) => {
    const now = Math.floor(at / 60_000);
    if (now !== minute) {
      minute = now;
      const { minuteOfDay } = localTimeOf(at, timeZone);
      airC = MEAN_C + SWING_C * Math.cos((2 * Math.PI * (minuteOfDay - WARMEST_MINUTE)) / 1_440);
    }
    return airC;
  };
}
