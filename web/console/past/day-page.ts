import { h } from 'preact';
import type { ComponentChildren } from 'preact';
import type { LotDayAnswer } from '#contract/history.ts';
import type { NowAnswer } from '#contract/operator-now.ts';
import { useDesk } from '../frame/desk.ts';
import { goTo, hrefWith, usePlace } from '../frame/place.ts';
import { dayOf } from '../local-day.ts';
import { Card } from '../parts/card.ts';
import { Choice } from '../parts/choice.ts';
import { Field } from '../parts/field.ts';
import { Heading } from '../parts/heading.ts';
import { Trouble } from '../parts/trouble.ts';
import { useAsked } from '../parts/use-asked.ts';
import { lotDayAnswer } from '../wire/past-answers.ts';
import { BayRows } from './bay-rows.ts';
import { pastTexts } from './texts.ts';

/** Single stays are looked at when asked for, not again and again: each look is on record. */
export const DAY_EVERY_MS = 120_000;

/** Every bay of a lot as a row of its day: long stays and lying sensors are seen at once. */
export function DayPage({ now }: { readonly now: NowAnswer | undefined }): ComponentChildren {
  const { language, format, site, now: clock } = useDesk();
  const texts = pastTexts[language];
  const { query } = usePlace();
  const lots = (now?.lots ?? []).filter(({ sensedBays }) => sensedBays > 0);
  const lot = query.get('lot') ?? lots[0]?.lot ?? '';
  const asked = query.get('day') ?? '';
  const day = /^\d{4}-\d\d-\d\d$/.test(asked) ? asked : dayOf(clock(), site.timeZone);
  const path = `/api/v1/operator/lots/${encodeURIComponent(lot)}/day?day=${day}`;
  const answer = useAsked(lot === '' ? undefined : path, lotDayAnswer, DAY_EVERY_MS);
  const change = (changes: Readonly<Record<string, string>>) =>
    goTo(hrefWith(changes), { replace: true });
  const found = lots.find((each) => each.lot === lot);
  return [
    h(Heading, { title: texts.day, beside: found && `${format.local(found.name)} · ${day}` }),
    h(
      Card,
      { title: texts.bays },
      h(
        'div',
        { class: 'choices-row' },
        Choice({
          label: texts.lot,
          value: lot,
          choices: lots.map((each) => [each.lot as string, format.local(each.name)] as const),
          choose: (chosen) => change({ lot: chosen }),
        }),
        h(Field, {
          label: texts.date,
          kind: 'date',
          value: day,
          type: (value) => change({ day: value }),
        }),
      ),
      answer.value === undefined
        ? h(Trouble, { trouble: answer.trouble })
        : [
            h(BayRows, {
              day: answer.value,
              now: clock(),
              label: texts.rows(
                found ? format.local(found.name) : lot,
                day,
                answer.value.bays.length,
              ),
            }),
            h('p', { class: 'faint' }, texts.legend),
            h('details', {}, h('summary', {}, texts.table), h(StayTable, { day: answer.value })),
          ],
    ),
  ];
}

function StayTable({ day }: { readonly day: LotDayAnswer }): ComponentChildren {
  const { language, format } = useDesk();
  const texts = pastTexts[language];
  const stay = ({ arrivedBefore, departedAfter }: LotDayAnswer['bays'][number]['stays'][number]) =>
    `${format.moment(Date.parse(arrivedBefore))} – ${departedAfter === null ? texts.still : format.moment(Date.parse(departedAfter))}`;
  return h(
    'table',
    {},
    h(
      'thead',
      {},
      h(
        'tr',
        {},
        [texts.bay, texts.coverage, texts.staysOf].map((each) =>
          h('th', { scope: 'col', key: each }, each),
        ),
      ),
    ),
    h(
      'tbody',
      {},
      day.bays.map(({ bay, label, coverage, stays }) =>
        h(
          'tr',
          { key: bay },
          h('th', { scope: 'row' }, label),
          h('td', {}, format.percent(Math.floor(100 * coverage) / 100)),
          h('td', {}, stays.length === 0 ? texts.noStays : stays.map(stay).join(', ')),
        ),
      ),
    ),
  );
}
