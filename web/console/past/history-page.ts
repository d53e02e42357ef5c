import { h } from 'preact';
import type { ComponentChildren } from 'preact';
import { useMemo } from 'preact/hooks';
import type { OccupancyAnswer } from '#contract/history.ts';
import type { NowAnswer } from '#contract/operator-now.ts';
import { useDesk } from '../frame/desk.ts';
import { goTo, hrefWith, usePlace } from '../frame/place.ts';
import { Card } from '../parts/card.ts';
import { Choice } from '../parts/choice.ts';
import { Heading } from '../parts/heading.ts';
import { Trouble } from '../parts/trouble.ts';
import { useAsked } from '../parts/use-asked.ts';
import { occupancyAnswer } from '../wire/past-answers.ts';
import { Chart } from './chart.ts';
import type { Line } from './chart.ts';
import { COMPARISONS, comparedWith, isOfWeeks, occupancyPath, rangeOf, RANGES } from './range.ts';
import { pastTexts } from './texts.ts';
import { WeekCard } from './week-card.ts';

const EVERY_MS = 60_000;

/** How full lots were: a range from the address, held against another, with its table and its CSV. */
export function HistoryPage({ now }: { readonly now: NowAnswer | undefined }): ComponentChildren {
  const { language, format, site, now: clock } = useDesk();
  const texts = pastTexts[language];
  const { query } = usePlace();
  const lot = query.get('lot') ?? '';
  const name = RANGES.find((each) => each === query.get('range')) ?? '7d';
  const comparison = COMPARISONS.find((each) => each === query.get('compare')) ?? 'none';
  const range = rangeOf(name, clock(), site.timeZone);
  const other = comparedWith(range, comparison);
  const asked = useAsked(occupancyPath(lot, range), occupancyAnswer, EVERY_MS);
  const compared = useAsked(other && occupancyPath(lot, other), occupancyAnswer, EVERY_MS);
  const lots = (now?.lots ?? []).filter(({ sensedBays }) => sensedBays > 0);
  const found = lots.find((each) => each.lot === lot);
  const change = (changes: Readonly<Record<string, string>>) =>
    goTo(hrefWith(changes), { replace: true });
  return [
    h(Heading, { title: texts.history, beside: `${range.from} – ${range.to}` }),
    h(
      Card,
      { title: texts.occupancy },
      h(
        'div',
        { class: 'choices-row' },
        Choice({
          label: texts.lot,
          value: lot,
          choices: [
            ['', texts.everyLot],
            ...lots.map((each) => [each.lot as string, format.local(each.name)] as const),
          ],
          choose: (chosen) => change({ lot: chosen }),
        }),
        Choice({
          label: texts.range,
          value: name,
          choices: RANGES.map((each) => [each, texts.ranges[each]] as const),
          choose: (chosen) => change({ range: chosen }),
        }),
        Choice({
          label: texts.compare,
          value: comparison,
          choices: COMPARISONS.map((each) => [each, texts.comparisons[each]] as const),
          choose: (chosen) => change({ compare: chosen }),
        }),
      ),
      asked.value === undefined
        ? h(Trouble, { trouble: asked.trouble })
        : h(Occupancy, {
            answer: asked.value,
            other: other && compared.value,
            csv: occupancyPath(lot, range, 'csv'),
          }),
    ),
    isOfWeeks(range) &&
      h(WeekCard, {
        lot,
        name: found ? format.local(found.name) : texts.everyLot,
        range,
        everyMs: EVERY_MS,
      }),
  ];
}

interface OccupancyProperties {
  readonly answer: OccupancyAnswer;
  readonly other: OccupancyAnswer | undefined;
  readonly csv: string;
}

function Occupancy({ answer, other, csv }: OccupancyProperties): ComponentChildren {
  const { language, format, site } = useDesk();
  const texts = pastTexts[language];
  const times = useMemo(() => answer.buckets.map(({ from }) => Date.parse(from) / 1_000), [answer]);
  const lines = useMemo(
    (): Line[] => [
      {
        label: texts.thisRange,
        values: answer.buckets.map(({ occupancy }) => occupancy),
        colour: '--plenty',
      },
      ...(other
        ? [
            {
              label: texts.otherRange,
              // Interval by interval: a day of 23 hours has fewer, and the rest is a gap.
              values: answer.buckets.map((_, at) => other.buckets[at]?.occupancy ?? null),
              colour: '--full',
              dash: [6, 4],
            },
          ]
        : []),
    ],
    [answer, other, texts],
  );
  const known = answer.buckets.flatMap(({ occupancy }) => (occupancy === null ? [] : [occupancy]));
  const label = texts.chart(
    format.moment(Date.parse(answer.from)),
    format.moment(Date.parse(answer.to)),
    known.length === 0 ? '–' : format.percent(Math.max(...known)),
    answer.buckets.length - known.length,
  );
  return [
    h(Chart, {
      times,
      lines,
      timeZone: site.timeZone,
      language,
      timeLabel: texts.time,
      label,
    }),
    answer.privateBays === 'leftOut' && h('p', { class: 'faint' }, texts.private),
    h('p', {}, h('a', { href: csv, download: '' }, texts.csv)),
    h('details', {}, h('summary', {}, texts.table), h(Table, { answer, other })),
  ];
}

function Table({
  answer,
  other,
}: Pick<OccupancyProperties, 'answer' | 'other'>): ComponentChildren {
  const { language, format } = useDesk();
  const texts = pastTexts[language];
  const share = (value: number | null | undefined) =>
    value == null ? texts.noData : format.percent(value);
  const columns = [
    texts.time,
    texts.occupancy,
    ...(other ? [texts.otherRange] : []),
    texts.coverage,
    texts.arrivals,
    texts.departures,
  ];
  return h(
    'div',
    { class: 'scrolls', tabIndex: 0, role: 'group', 'aria-label': texts.table },
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
        answer.buckets.map((bucket, at) =>
          h(
            'tr',
            { key: bucket.from },
            h('th', { scope: 'row' }, format.moment(Date.parse(bucket.from))),
            h('td', {}, share(bucket.occupancy)),
            other && h('td', {}, share(other.buckets[at]?.occupancy)),
            h('td', {}, format.percent(bucket.coverage)),
            h('td', {}, format.count(bucket.arrivals)),
            h('td', {}, format.count(bucket.departures)),
          ),
        ),
      ),
    ),
  );
}
