import { h } from 'preact';
import type { ComponentChildren } from 'preact';
import type { SensorTrendAnswer } from '#contract/sensor-trend.ts';
import { useDesk } from '../frame/desk.ts';
import { MINUTE_MS } from '../instants.ts';
import { Trouble } from '../parts/trouble.ts';
import { useAsked } from '../parts/use-asked.ts';
import { trendAnswer } from '../wire/sensor-answers.ts';
import { sensorTexts } from './texts.ts';

const TREND_EVERY_MS = 60_000;
const [WIDTH, HEIGHT] = [480, 60];
/** So many errors of 1,000 fill the chart at least: single ones must not look like a fault. */
const LEAST_TOP = 50;

/** A sensor's last day: errors as bars, and below them, as a strip, how it was judged. */
export function Trend({ sensor }: { readonly sensor: string }): ComponentChildren {
  const { language } = useDesk();
  const texts = sensorTexts[language];
  const asked = useAsked(`/api/v1/operator/sensors/${sensor}/trend`, trendAnswer, TREND_EVERY_MS);
  if (asked.value === undefined) return h(Trouble, { trouble: asked.trouble });
  const trend = asked.value;
  const told = trend.steps.filter(({ worst }) => worst !== null);
  if (told.length === 0) return h('p', { class: 'faint' }, texts.trendNone);
  return h(
    'figure',
    { class: 'trend' },
    h('figcaption', {}, texts.trend),
    h(Bars, { trend }),
    h('details', {}, h('summary', {}, texts.asTable), h(TrendTable, { trend })),
  );
}

function Bars({ trend }: { readonly trend: SensorTrendAnswer }): ComponentChildren {
  const { language } = useDesk();
  const { steps, sensor } = trend;
  const errors = steps.map(({ errorsPerThousand }) => errorsPerThousand ?? 0);
  const most = Math.max(...errors);
  const top = Math.max(LEAST_TOP, most);
  const width = WIDTH / steps.length;
  const told = steps.filter(({ worst }) => worst !== null).length;
  const label = sensorTexts[language].trendLabel(sensor, most.toFixed(1), told);
  return h(
    'svg',
    { viewBox: `0 0 ${WIDTH} ${HEIGHT + 14}`, role: 'img', 'aria-label': label },
    steps.map(({ errorsPerThousand, worst }, at) => {
      const height = errorsPerThousand === null ? 0 : (HEIGHT * errorsPerThousand) / top;
      const x = at * width;
      return [
        h('rect', {
          key: `bar ${at}`,
          class: 'trend-error',
          x: x + 1,
          y: HEIGHT - height,
          width: width - 2,
          height,
        }),
        h('rect', {
          key: `state ${at}`,
          class: `trend-state trend-${worst ?? 'none'}`,
          x: x + 0.5,
          y: HEIGHT + 4,
          width: width - 1,
          height: 8,
        }),
      ];
    }),
  );
}

function TrendTable({ trend }: { readonly trend: SensorTrendAnswer }): ComponentChildren {
  const { language, format } = useDesk();
  const texts = sensorTexts[language];
  const from = Date.parse(trend.from);
  const rows = trend.steps.flatMap(({ errorsPerThousand, worst }, at) =>
    worst === null
      ? []
      : [{ at: from + at * trend.stepMinutes * MINUTE_MS, errorsPerThousand, worst }],
  );
  return h(
    'table',
    {},
    h(
      'thead',
      {},
      h(
        'tr',
        {},
        [texts.time, texts.errors, texts.state].map((label) =>
          h('th', { scope: 'col', key: label }, label),
        ),
      ),
    ),
    h(
      'tbody',
      {},
      rows.map(({ at, errorsPerThousand, worst }) =>
        h(
          'tr',
          { key: at },
          h('th', { scope: 'row' }, format.moment(at)),
          h('td', {}, errorsPerThousand === null ? '–' : errorsPerThousand.toFixed(1)),
          h('td', {}, texts.states[worst]),
        ),
      ),
    ),
  );
}
