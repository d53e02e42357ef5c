import { h } from 'preact';
import type { ComponentChildren } from 'preact';
import type { LotDayAnswer } from '#contract/history.ts';
import type { NowAnswer } from '#contract/operator-now.ts';
import { useDesk } from '../frame/desk.ts';
import { hrefOf } from '../frame/pages.ts';
import { goTo, hrefWith, Link, usePlace } from '../frame/place.ts';
import { DAY_MS, HOUR_MS } from '../instants.ts';
import { dayOf } from '../local-day.ts';
import { Card } from '../parts/card.ts';
import { Choice } from '../parts/choice.ts';
import { Heading } from '../parts/heading.ts';
import { Trouble } from '../parts/trouble.ts';
import { useAsked } from '../parts/use-asked.ts';
import { lotDayAnswer } from '../wire/past-answers.ts';
import { DAY_EVERY_MS } from './day-page.ts';
import { pastTexts } from './texts.ts';

const LIMITS = ['2', '4', '8', '12', '24'] as const;

/** Cars that stand longer than a limit now: for a walk there, never for a ticket. */
export function StaysPage({ now }: { readonly now: NowAnswer | undefined }): ComponentChildren {
  const { language, format, site, now: clock } = useDesk();
  const texts = pastTexts[language];
  const { query } = usePlace();
  const lots = (now?.lots ?? []).filter(({ sensedBays }) => sensedBays > 0);
  const lot = query.get('lot') ?? lots[0]?.lot ?? '';
  const limit = LIMITS.find((each) => each === query.get('hours')) ?? '4';
  const day = dayOf(clock(), site.timeZone);
  const path = `/api/v1/operator/lots/${encodeURIComponent(lot)}/day?day=${day}`;
  const answer = useAsked(lot === '' ? undefined : path, lotDayAnswer, DAY_EVERY_MS);
  const change = (changes: Readonly<Record<string, string>>) =>
    goTo(hrefWith(changes), { replace: true });
  return [
    h(Heading, { title: texts.stays }),
    h('p', { class: 'advice' }, texts.advice),
    h(
      Card,
      { title: texts.tooLong },
      h(
        'div',
        { class: 'choices-row' },
        Choice({
          label: texts.lot,
          value: lot,
          choices: lots.map((each) => [each.lot as string, format.local(each.name)] as const),
          choose: (chosen) => change({ lot: chosen }),
        }),
        Choice({
          label: texts.limit,
          value: limit,
          choices: LIMITS.map((each) => [each, texts.hours(Number(each))] as const),
          choose: (chosen) => change({ hours: chosen }),
        }),
      ),
      answer.value === undefined
        ? h(Trouble, { trouble: answer.trouble })
        : h(LongStays, { day: answer.value, limitMs: Number(limit) * HOUR_MS }),
    ),
  ];
}

/** The longest first; of a stay whose beginning nobody saw, it is as long as it was seen. */
export function longStaysOf(
  { bays }: Pick<LotDayAnswer, 'bays'>,
  limitMs: number,
  now: number,
): { readonly bay: string; readonly label: string; readonly since: number }[] {
  return bays
    .flatMap(({ bay, label, stays }) =>
      stays
        .filter(({ departedAfter }) => departedAfter === null)
        .map(({ arrivedBefore }) => ({ bay, label, since: Date.parse(arrivedBefore) })),
    )
    .filter(({ since }) => now - since > limitMs)
    .toSorted((a, b) => a.since - b.since);
}

function LongStays({
  day,
  limitMs,
}: {
  readonly day: LotDayAnswer;
  readonly limitMs: number;
}): ComponentChildren {
  const { language, format, now } = useDesk();
  const texts = pastTexts[language];
  const stays = longStaysOf(day, limitMs, now());
  if (stays.length === 0) return h('p', { class: 'calm' }, texts.nobody);
  return h(
    'table',
    {},
    h(
      'thead',
      {},
      h(
        'tr',
        {},
        [texts.bay, texts.standsSince, texts.standsFor].map((each) =>
          h('th', { scope: 'col', key: each }, each),
        ),
      ),
    ),
    h(
      'tbody',
      {},
      stays.map(({ bay, label, since }) =>
        h(
          'tr',
          { key: bay },
          h('th', { scope: 'row' }, `${label} · ${bay}`),
          h('td', {}, format.moment(since)),
          h(
            'td',
            {},
            format.duration(now() - since),
            now() - since > DAY_MS && [
              ' · ',
              h(
                Link,
                { href: `${hrefOf('sensors')}?lot=${encodeURIComponent(day.lot)}` },
                texts.doubt,
              ),
            ],
          ),
        ),
      ),
    ),
  );
}
