import { h } from 'preact';
import type { ComponentChildren } from 'preact';
import { useMemo } from 'preact/hooks';
import type { OccupancyAnswer } from '#contract/history.ts';
import type { NowAnswer } from '#contract/operator-now.ts';
import { useDesk } from '../frame/desk.ts';
import { goTo, hrefWith, usePlace } from '../frame/place.ts';
import { dayAfter } from '../local-day.ts';
import { Card } from '../parts/card.ts';
import { Choice } from '../parts/choice.ts';
import { Field } from '../parts/field.ts';
import { Heading } from '../parts/heading.ts';
import { Trouble } from '../parts/trouble.ts';
import { useAsked } from '../parts/use-asked.ts';
import { marketDaysAnswer, occupancyAnswer } from '../wire/past-answers.ts';
import { Chart } from './chart.ts';
import type { Line } from './chart.ts';
import { placesOf } from './gaps.ts';
import {
  COMPARISONS,
  comparedWith,
  DAY_CHOICES,
  freeRangeOf,
  isDay,
  isOfWeeks,
  occupancyPath,
  rangeOf,
  RANGES,
  rangeWith,
} from './range.ts';
import { pastTexts } from './texts.ts';
import { WeekCard } from './week-card.ts';
import { weekdayNamesIn } from './weekdays.ts';

const EVERY_MS = 60_000;

/** How full lots were: a range from the address, held against another, with its table and its CSV. */
export function HistoryPage({ now }: { readonly now: NowAnswer | undefined }): ComponentChildren {
  const { language, format, site, now: clock } = useDesk();
  const texts = pastTexts[language];
  const { query } = usePlace();
  const weekdays = weekdayNamesIn(language);
  const lot = query.get('lot') ?? '';
  const free = freeRangeOf(query.get('from'), query.get('to'));
  const wanted = RANGES.find((each) => each === query.get('range')) ?? '7d';
  const name = wanted === 'free' && free === undefined ? '7d' : wanted;
  const comparison = COMPARISONS.find((each) => each === query.get('compare')) ?? 'none';
  const range =
    name === 'free' && free ? free : rangeOf(name === 'free' ? '7d' : name, clock(), site.timeZone);
  const days = DAY_CHOICES.find((each) => each === query.get('days')) ?? '';
  const { value: known } = useAsked('/api/v1/markets', marketDaysAnswer, undefined);
  const hasMarketDays = known?.markets.some(({ marketDays }) => marketDays !== undefined) ?? false;
  const dayChoices = DAY_CHOICES.filter(
    (each) => each !== 'market' || hasMarketDays || days === 'market',
  );
  const other = comparedWith(range, comparison);
  const asked = useAsked(occupancyPath(lot, range, { days }), occupancyAnswer, EVERY_MS);
  const compared = useAsked(
    other && occupancyPath(lot, other, { days }),
    occupancyAnswer,
    EVERY_MS,
  );
  const lots = (now?.lots ?? []).filter(({ sensedBays }) => sensedBays > 0);
  const found = lots.find((each) => each.lot === lot);
  const change = (changes: Readonly<Record<string, string>>) =>
    goTo(hrefWith(changes), { replace: true });
  return [
    h(Heading, { title: texts.history, beside: `${range.from} – ${dayAfter(range.to, -1)}` }),
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
          // A free choice begins with what is shown.
          choose: (chosen) =>
            change(
              chosen === 'free' ? { range: chosen, ...range } : { range: chosen, from: '', to: '' },
            ),
        }),
        name === 'free' && [
          h(Field, {
            label: texts.firstDay,
            kind: 'date',
            value: range.from,
            type: (first) => {
              if (isDay(first)) change({ ...rangeWith(range, { first }) });
            },
          }),
          h(Field, {
            label: texts.lastDay,
            kind: 'date',
            value: dayAfter(range.to, -1),
            type: (last) => {
              if (isDay(last)) change({ ...rangeWith(range, { last }) });
            },
          }),
        ],
        Choice({
          label: texts.days,
          value: days,
          choices: dayChoices.map((each) => [each, texts.dayChoices(each, weekdays)] as const),
          choose: (chosen) => change({ days: chosen }),
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
            csv: occupancyPath(lot, range, { days, format: 'csv' }),
          }),
    ),
    isOfWeeks(range) &&
      days === '' &&
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
  const places = useMemo(() => placesOf(answer.buckets), [answer]);
  const times = useMemo(() => places.map(({ second }) => second), [places]);
  const lines = useMemo(
    (): Line[] => [
      {
        label: texts.thisRange,
        values: places.map(({ at }) => occupancyAt(answer, at)),
        colour: '--plenty',
      },
      ...(other
        ? [
            {
              label: texts.otherRange,
              // Interval by interval: a day of 23 hours has fewer, and the rest is a gap.
              values: places.map(({ at }) => occupancyAt(other, at)),
              colour: '--full',
              dash: [6, 4],
            },
          ]
        : []),
    ],
    [places, answer, other, texts],
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

const occupancyAt = ({ buckets }: OccupancyAnswer, at: number | undefined): number | null =>
  at === undefined ? null : (buckets[at]?.occupancy ?? null);

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
