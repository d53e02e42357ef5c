import { h } from 'preact';
import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import { colourOf } from './colours.ts';

export interface Line {
  readonly label: string;
  /** By the times below; null is a gap, and stays one. */
  readonly values: readonly (number | null)[];
  readonly colour: string;
  readonly dash?: number[];
}

interface ChartProperties {
  /** Epoch seconds. */
  readonly times: readonly number[];
  readonly lines: readonly Line[];
  readonly timeZone: string;
  readonly language: string;
  readonly timeLabel: string;
  /** What it shows, in words: the table below it says all. */
  readonly label: string;
}

const DAY_S = 86_400;
const HEIGHT = 260;
/** `100 %` fits. */
const AXIS_WIDTH = 60;

/** Shares over time as steps: an interval has one value, and between two there is no slope. */
export function Chart({
  times,
  lines,
  timeZone,
  language,
  timeLabel,
  label,
}: ChartProperties): ComponentChildren {
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = box.current;
    if (element === null) return undefined;
    const colour = (name: string) => colourOf(name, element);
    const axis = { stroke: colour('--ink-2'), grid: { stroke: colour('--line'), width: 1 } };
    const plot = new uPlot(
      {
        width: element.clientWidth,
        height: HEIGHT,
        tzDate: (seconds) => uPlot.tzDate(new Date(1_000 * seconds), timeZone),
        scales: { y: { range: [0, 1] } },
        cursor: { drag: { x: false, y: false } },
        axes: [
          { ...axis, values: timesIn(language, timeZone) },
          {
            ...axis,
            size: AXIS_WIDTH,
            values: (_plot, values) => values.map((value) => `${Math.round(100 * value)} %`),
          },
        ],
        series: [
          { label: timeLabel, value: '{YYYY}-{MM}-{DD} {HH}:{mm}' },
          ...lines.map((line) => ({
            label: line.label,
            stroke: colour(line.colour),
            width: 2,
            spanGaps: false,
            // A step ends where the next begins: one before a gap would not be seen at all.
            points: { show: true, size: 5, fill: colour(line.colour), filter: lastBeforeGap },
            value: (_plot: uPlot, value: number | null) =>
              value === null ? '–' : `${Math.round(100 * value)} %`,
            ...(line.dash && { dash: line.dash }),
            ...(uPlot.paths.stepped && { paths: uPlot.paths.stepped({ align: 1 }) }),
          })),
        ],
      },
      [[...times], ...lines.map(({ values }) => [...values])],
      element,
    );
    const observer = new ResizeObserver(() =>
      plot.setSize({ width: element.clientWidth, height: HEIGHT }),
    );
    observer.observe(element);
    return () => {
      observer.disconnect();
      plot.destroy();
    };
  }, [times, lines, timeZone, language, timeLabel]);
  return h('div', { class: 'chart', ref: box, role: 'img', 'aria-label': label });
}

/** Places of known values after which nothing is known. */
function lastBeforeGap(plot: uPlot, series: number): number[] {
  const values = plot.data[series] ?? [];
  return [...values].flatMap((value, at) => (value != null && values[at + 1] == null ? [at] : []));
}

/** Days where a step is a day, else the time of day; by the site's clock and in the page's language. */
function timesIn(language: string, timeZone: string): uPlot.Axis.DynamicValues {
  const day = new Intl.DateTimeFormat(language, { timeZone, month: 'numeric', day: 'numeric' });
  const clock = new Intl.DateTimeFormat(language, {
    timeZone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  });
  const midnight = clock.format(0).replaceAll(/\d/g, '0');
  return (_plot, seconds, _axis, _space, step) => {
    const isOfDays = step >= DAY_S || (seconds.at(-1) ?? 0) - (seconds[0] ?? 0) > DAY_S;
    return seconds.map((each) => {
      const said = clock.format(1_000 * each);
      return step >= DAY_S || (isOfDays && said === midnight) ? day.format(1_000 * each) : said;
    });
  };
}
