import { h } from 'preact';
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { AlarmRecord } from '#contract/alarm-record.ts';
import { useDesk } from '../frame/desk.ts';
import { Card } from '../parts/card.ts';
import { Heading } from '../parts/heading.ts';
import { Trouble } from '../parts/trouble.ts';
import { useAsked } from '../parts/use-asked.ts';
import { alarmBookAnswer } from '../wire/alarm-answers.ts';
import { alarmNameOf } from './alarm-name.ts';
import { HoldingAlarm } from './holding-alarm.ts';
import { Outlet } from './outlet.ts';
import { causeIn } from './cause-texts.ts';
import { alarmPageTexts } from './texts.ts';

const EVERY_MS = 3_000;
const [FIRST_OVER, MORE_OVER] = [20, 500];

/** What is wrong, since when, who knows of it; what was; and who is told outside. */
export function AlarmsPage(): ComponentChildren {
  const { language } = useDesk();
  const texts = alarmPageTexts[language];
  const [over, setOver] = useState(FIRST_OVER);
  const asked = useAsked(`/api/v1/operator/alarms/book?over=${over}`, alarmBookAnswer, EVERY_MS);
  const { value } = asked;
  if (value === undefined) {
    return [h(Heading, { title: texts.title }), h(Trouble, { trouble: asked.trouble })];
  }
  return [
    h(Heading, { title: texts.title, beside: texts.clearsItself }),
    h(
      Card,
      { title: texts.holding },
      value.holding.length === 0
        ? h('p', { class: 'calm' }, texts.none)
        : h(
            'ul',
            { class: 'plain rows' },
            value.holding.map((alarm) =>
              h(HoldingAlarm, { alarm, done: asked.again, key: alarm.no }),
            ),
          ),
    ),
    h(Outlet, { outlet: value.outlet, done: asked.again }),
    h(
      Card,
      { title: texts.over },
      value.over.length === 0
        ? h('p', { class: 'faint' }, texts.noneOver)
        : h(OverTable, { alarms: value.over }),
      value.over.length === FIRST_OVER &&
        over === FIRST_OVER &&
        h('button', { type: 'button', onClick: () => setOver(MORE_OVER) }, texts.more),
    ),
  ];
}

function OverTable({ alarms }: { readonly alarms: readonly AlarmRecord[] }): ComponentChildren {
  const { language, format } = useDesk();
  const texts = alarmPageTexts[language];
  const columns = [
    ['', texts.alarm],
    ['', texts.from],
    ['', texts.lasted],
    ['wide', texts.cause],
    ['', texts.who],
  ] as const;
  return h(
    'table',
    {},
    h(
      'thead',
      {},
      h(
        'tr',
        {},
        columns.map(([name, label]) => h('th', { scope: 'col', class: name, key: label }, label)),
      ),
    ),
    h(
      'tbody',
      {},
      alarms.map((alarm) => {
        const { name, where } = alarmNameOf(alarm, language);
        const [since, end] = [Date.parse(alarm.since), Date.parse(alarm.clearedAt ?? alarm.since)];
        const { acknowledged } = alarm;
        return h(
          'tr',
          { key: alarm.no },
          h('th', { scope: 'row' }, name, where !== '' && h('div', { class: 'faint' }, where)),
          h('td', {}, format.moment(since)),
          h('td', {}, format.duration(end - since)),
          h('td', { class: 'wide' }, causeIn(language, alarm.cause)),
          h(
            'td',
            {},
            acknowledged === null
              ? '–'
              : [acknowledged.by, acknowledged.note].filter((part) => part !== '').join(': '),
          ),
        );
      }),
    ),
  );
}
