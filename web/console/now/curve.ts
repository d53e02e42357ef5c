import { h } from 'preact';
import type { ComponentChildren } from 'preact';
import { useDesk } from '../frame/desk.ts';
import { nowTexts } from './texts.ts';

const [WIDTH, HEIGHT, EDGE] = [160, 32, 2];

/** A lot's occupancy hour by hour; an hour that nobody watched is a gap, not a zero. */
export function Curve({
  lot,
  hours,
  from,
  hourMs,
}: {
  readonly lot: string;
  readonly hours: readonly (number | null)[];
  /** Epoch milliseconds of the first hour. */
  readonly from: number;
  readonly hourMs: number;
}): ComponentChildren {
  const { language, format } = useDesk();
  const texts = nowTexts[language];
  const known = hours.filter((hour) => hour !== null);
  if (known.length === 0) return h('span', { class: 'faint' }, texts.noCurve);
  const label = texts.curveOf(
    lot,
    format.clock(from),
    format.clock(from + hours.length * hourMs),
    format.percent(Math.max(...known)),
    hours.length - known.length,
  );
  return h(
    'svg',
    { class: 'spark', viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: 'img', 'aria-label': label },
    h('path', { d: pathOf(hours) }),
  );
}

/** Each hour is a step at its height, so that one hour between two gaps is seen, too. */
function pathOf(hours: readonly (number | null)[]): string {
  const step = WIDTH / hours.length;
  const parts: string[] = [];
  let isOpen = false;
  for (const [at, hour] of hours.entries()) {
    if (hour === null) {
      isOpen = false;
      continue;
    }
    const y = (HEIGHT - EDGE - hour * (HEIGHT - 2 * EDGE)).toFixed(1);
    parts.push(
      `${isOpen ? 'L' : 'M'}${(at * step).toFixed(1)} ${y}`,
      `H${((at + 1) * step).toFixed(1)}`,
    );
    isOpen = true;
  }
  return parts.join('');
}
