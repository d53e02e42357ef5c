import { h } from 'preact';
import type { ComponentChildren } from 'preact';
import type { WeekAnswer } from '#contract/history.ts';
import { useDesk } from '../frame/desk.ts';
import { heatLookOf, wholeShareOf } from './heat-cells.ts';
import { heatTexts } from './heat-texts.ts';
import { pastTexts } from './texts.ts';

/** All figures of the heat map, an hour of the week a row. */
export function WeekTable({
  answer,
  days,
}: {
  readonly answer: WeekAnswer;
  readonly days: readonly string[];
}): ComponentChildren {
  const { language, format } = useDesk();
  const [texts, words] = [pastTexts[language], heatTexts[language]];
  const columns = [
    words.weekday,
    texts.occupancy,
    texts.coverage,
    texts.arrivals,
    texts.departures,
  ];
  return h(
    'div',
    { class: 'scrolls', tabIndex: 0, role: 'group', 'aria-label': words.table },
    h(
      'table',
      {},
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          columns.map((each) => h('th', { scope: 'col', key: each }, each)),
        ),
      ),
      h(
        'tbody',
        {},
        answer.cells
          .filter((cell) => heatLookOf(cell) !== 'outside')
          .map(({ weekday, hour, occupancy, coverage, arrivals, departures }) =>
            h(
              'tr',
              { key: `${weekday} ${hour}` },
              h('th', { scope: 'row' }, `${days[weekday]} ${words.hours(hour)}`),
              h('td', {}, occupancy === null ? words.unknown : format.percent(occupancy)),
              h('td', {}, format.percent(wholeShareOf(coverage))),
              h('td', {}, format.count(arrivals)),
              h('td', {}, format.count(departures)),
            ),
          ),
      ),
    ),
  );
}
