import { h } from 'preact';
import type { ComponentChildren } from 'preact';
import { freshnessOf } from '#contract/deadlines.ts';
import type { NowAnswer } from '#contract/operator-now.ts';
import type { ConsoleFormat } from '../format.ts';
import { useDesk } from '../frame/desk.ts';
import { hrefOf } from '../frame/pages.ts';
import { Link } from '../frame/place.ts';
import { Card } from '../parts/card.ts';
import { Heading } from '../parts/heading.ts';
import { useAsked, useTick } from '../parts/use-asked.ts';
import type { Asked } from '../parts/use-asked.ts';
import { Trouble } from '../parts/trouble.ts';
import { curvesAnswer } from '../wire/now-answers.ts';
import { LotTable } from './lot-table.ts';
import { nowTexts } from './texts.ts';
import { UnknownList } from './unknown-list.ts';

const CURVES_EVERY_MS = 300_000;

/** How the site stands: which lots are full, what is not known and why, what is wrong. */
export function NowPage({ now }: { readonly now: Asked<NowAnswer> }): ComponentChildren {
  const { language, format, site, now: clock } = useDesk();
  const texts = nowTexts[language];
  const curves = useAsked('/api/v1/operator/curves', curvesAnswer, CURVES_EVERY_MS);
  useTick(1_000);
  const { value, answeredMs } = now;
  const ageMs = answeredMs === undefined ? undefined : performance.now() - answeredMs;
  // Past its deadline a number is none, here as on every sign.
  const fresh = freshnessOf(ageMs) === 'stale' ? undefined : value;
  return h(
    'div',
    {},
    h(Heading, {
      title: texts.title,
      beside: `${format.longMoment(clock())} · ${format.local(site.name)}`,
      end: fresh && observedText(fresh, texts.observed, format),
    }),
    fresh === undefined
      ? h(Trouble, { trouble: now.trouble, stale: value !== undefined })
      : [
          h(Card, { title: texts.lots }, h(LotTable, { lots: fresh.lots, curves: curves.value })),
          h(
            'div',
            { class: 'two' },
            h(Card, { title: texts.why }, h(UnknownList, { now: fresh })),
            h(Card, { title: texts.alarms }, h(AlarmSummary, { now: fresh })),
          ),
        ],
  );
}

function observedText(
  { lots }: NowAnswer,
  words: (share: string) => string,
  format: ConsoleFormat,
): string | undefined {
  const sum = { known: 0, all: 0 };
  for (const { vacant, occupied, unknown } of lots) {
    sum.known += vacant + occupied;
    sum.all += vacant + occupied + unknown;
  }
  // Rounded down: 99.6 % observed is not all.
  return sum.all === 0
    ? undefined
    : words(format.percent(Math.floor((100 * sum.known) / sum.all) / 100));
}

function AlarmSummary({ now: { alarms } }: { readonly now: NowAnswer }): ComponentChildren {
  const { language } = useDesk();
  const texts = nowTexts[language];
  const { critical, warning } = alarms;
  if (critical + warning === 0) return h('p', { class: 'calm' }, texts.noAlarms);
  return h(
    'div',
    {},
    h(
      'ul',
      { class: 'plain' },
      critical > 0 && h('li', { class: 'mark mark-critical' }, texts.critical(critical)),
      warning > 0 && h('li', { class: 'mark mark-warning' }, texts.warning(warning)),
    ),
    h(Link, { href: hrefOf('alarms'), class: 'button' }, texts.toAlarms),
  );
}
