import { h } from 'preact';
import type { ComponentChildren } from 'preact';
import { useMemo } from 'preact/hooks';
import type { WeekAnswer, WeekCell } from '#contract/history.ts';
import { useDesk } from '../frame/desk.ts';
import { useNarrow } from '../parts/use-narrow.ts';
import { heatLookOf, SHADES_FROM, wholeShareOf } from './heat-cells.ts';
import { heatTexts } from './heat-texts.ts';
import { WeekTable } from './week-table.ts';
import { weekdayNamesIn } from './weekdays.ts';

interface HeatMapProperties {
  readonly answer: WeekAnswer;
  /** Whose it is. */
  readonly name: string;
  readonly csv: string;
  readonly csvText: string;
}

const DAYS = Array.from({ length: 7 }, (_, day) => day);
const HOURS = Array.from({ length: 24 }, (_, hour) => hour);

/** How full it is by weekday and hour: a table that is coloured, so that whoever reads it reads all. */
export function HeatMap({ answer, name, csv, csvText }: HeatMapProperties): ComponentChildren {
  const { language } = useDesk();
  const texts = heatTexts[language];
  // 24 columns are too many for a phone: there the days stand side by side.
  const isNarrow = useNarrow();
  const days = useMemo(() => weekdayNamesIn(language), [language]);
  const hour = (at: number) => (isNarrow ? texts.hours(at) : String(at));
  const [rows, columns] = isNarrow ? [HOURS, DAYS] : [DAYS, HOURS];
  const [rowName, columnName] = isNarrow
    ? [hour, (at: number) => days[at]]
    : [(at: number) => days[at], hour];
  const cell = (row: number, column: number) => {
    const [day, at] = isNarrow ? [column, row] : [row, column];
    return answer.cells[24 * day + at];
  };
  return [
    h(
      'table',
      { class: 'heat' },
      h('caption', { class: 'only-said' }, texts.about(name)),
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          h('th', { scope: 'col' }, isNarrow ? texts.hour : texts.weekday),
          columns.map((at) => h('th', { scope: 'col', key: at }, columnName(at))),
        ),
      ),
      h(
        'tbody',
        {},
        rows.map((row) =>
          h(
            'tr',
            { key: row },
            h('th', { scope: 'row' }, rowName(row)),
            columns.map((column) => h(HeatCell, { cell: cell(row, column), key: column })),
          ),
        ),
      ),
    ),
    h(Legend, {}),
    h('p', {}, h('a', { href: csv, download: '' }, csvText)),
    h('details', {}, h('summary', {}, texts.table), h(WeekTable, { answer, days })),
  ];
}

function HeatCell({ cell }: { readonly cell: WeekCell | undefined }): ComponentChildren {
  const { language, format } = useDesk();
  const texts = heatTexts[language];
  const look = cell === undefined ? 'outside' : heatLookOf(cell);
  if (cell?.occupancy == null) {
    const said = look === 'unknown' ? texts.unknown : texts.outside;
    return h(
      'td',
      { class: `heat-${look}`, title: said },
      h('span', { 'aria-hidden': 'true' }, look === 'unknown' ? '–' : ''),
      h('span', { class: 'only-said' }, said),
    );
  }
  const seen = wholeShareOf(cell.coverage);
  const said = texts.cell(format.percent(cell.occupancy), format.percent(seen));
  return h(
    'td',
    { class: `heat-${look}`, title: said },
    h('span', { 'aria-hidden': 'true' }, Math.round(100 * cell.occupancy)),
    h('span', { class: 'only-said' }, said),
    seen < 1 && h('span', { class: 'heat-unseen', style: { width: `${100 * (1 - seen)}%` } }),
  );
}

function Legend(): ComponentChildren {
  const { language, format } = useDesk();
  const texts = heatTexts[language];
  const swatch = (look: string, text: string) =>
    h('li', { key: look }, h('span', { class: `heat-swatch heat-${look}` }), text);
  return h(
    'ul',
    { class: 'plain heat-legend', 'aria-label': texts.legend },
    SHADES_FROM.map((from, at) =>
      swatch(String(at), `${Math.round(100 * from)}–${format.percent(SHADES_FROM[at + 1] ?? 1)}`),
    ),
    swatch('unknown', texts.unknown),
    swatch('foot', texts.foot),
  );
}
