import { h } from 'preact';
import type { ComponentChildren } from 'preact';
import { useDesk } from '../frame/desk.ts';
import { Card } from '../parts/card.ts';
import { Trouble } from '../parts/trouble.ts';
import { useAsked } from '../parts/use-asked.ts';
import { weekAnswer } from '../wire/past-answers.ts';
import { weekCoverageOf, wholeShareOf } from './heat-cells.ts';
import { HeatMap } from './heat-map.ts';
import { heatTexts } from './heat-texts.ts';
import { weekPath } from './range.ts';
import type { DayRange } from './range.ts';
import { pastTexts } from './texts.ts';

interface WeekCardProperties {
  readonly lot: string;
  readonly name: string;
  readonly range: DayRange;
  readonly everyMs: number;
}

/** The range by weekday and hour, and how much of it was observed. */
export function WeekCard({ lot, name, range, everyMs }: WeekCardProperties): ComponentChildren {
  const { language, format } = useDesk();
  const texts = heatTexts[language];
  const { value, trouble } = useAsked(weekPath(lot, range), weekAnswer, everyMs);
  const coverage = value && weekCoverageOf(value);
  const observed =
    coverage !== undefined &&
    h('span', { class: 'faint' }, texts.coverage(format.percent(wholeShareOf(coverage))));
  return h(
    Card,
    { title: texts.title, beside: observed },
    value === undefined
      ? h(Trouble, { trouble })
      : h(HeatMap, {
          answer: value,
          name,
          csv: weekPath(lot, range, 'csv'),
          csvText: pastTexts[language].csv,
        }),
  );
}
