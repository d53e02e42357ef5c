import { h } from 'preact';
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { NowAnswer } from '#contract/operator-now.ts';
import type { OperatorSign } from '#contract/sign-answers.ts';
import type { SignControl } from '#contract/sign-control.ts';
import { useDesk } from '../frame/desk.ts';
import { Card } from '../parts/card.ts';
import { Refusal } from '../parts/refusal.ts';
import { useDeed } from '../parts/use-deed.ts';
import { signControls } from '../wire/sign-answers.ts';
import { ControlForm } from './control-form.ts';
import { controlText, shownText } from './sign-words.ts';
import { signTexts } from './texts.ts';

interface SignCardProperties {
  readonly sign: OperatorSign;
  readonly now: NowAnswer | undefined;
  readonly done: () => void;
}

export function SignCard({ sign, now, done }: SignCardProperties): ComponentChildren {
  const { language, format, now: clock, mayWork } = useDesk();
  const texts = signTexts[language];
  const [isOpen, setOpen] = useState(false);
  const deed = useDeed();
  const name = format.local(sign.name);
  const lotName = (lot: string) =>
    format.local(now?.lots.find((each) => each.lot === lot)?.name ?? { [language]: lot });
  const { agreement, report } = sign;
  const tag = { agrees: 'calm', differs: 'critical', silent: 'critical', unheard: 'warning' }[
    agreement
  ];
  const end = async ({ id }: SignControl) => {
    const path = `/api/v1/operator/signs/${sign.sign}/controls/${id}/end`;
    await deed.run(path, signControls, {});
    done();
  };
  return h(
    Card,
    {
      title: name,
      beside: h('span', { class: `tag tag-${tag}` }, texts.agreements[agreement]),
    },
    h(
      'table',
      { class: 'signs' },
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          [texts.row, texts.shows, texts.why].map((each) =>
            h('th', { scope: 'col', key: each }, each),
          ),
        ),
      ),
      h(
        'tbody',
        {},
        sign.rows.map(({ lot, shows, cause, instead }, at) =>
          h(
            'tr',
            { key: at },
            h('th', { scope: 'row' }, lotName(lot)),
            h('td', {}, h('strong', {}, shownText(shows, texts))),
            h(
              'td',
              {},
              texts.causes[cause] ?? cause,
              instead !== null && ` · ${texts.instead(lotName(instead))}`,
            ),
          ),
        ),
      ),
    ),
    h(
      'p',
      { class: 'faint' },
      texts.since(format.moment(Date.parse(sign.since))),
      report !== null &&
        ` · ${texts.says(
          report.shows.map((token) => shownText(token, texts)).join(', '),
          format.age(Math.max(0, clock() - Date.parse(report.heardAt))),
        )}`,
    ),
    sign.controls.length > 0 &&
      h(
        'ul',
        { class: 'plain rows' },
        sign.controls.map((control) => {
          const what = controlText(control.change, texts);
          const parts = [
            texts.untilMoment(format.moment(Date.parse(control.until))),
            texts.by(control.author),
            control.reason ?? '',
          ];
          return h(
            'li',
            { key: control.id },
            h(
              'div',
              { class: 'row-text' },
              h('strong', {}, what),
              h('span', { class: 'row-why' }, parts.filter((part) => part !== '').join(' · ')),
            ),
            mayWork &&
              h(
                'button',
                {
                  type: 'button',
                  'aria-label': texts.endWhat(what, name),
                  onClick: () => void end(control),
                },
                texts.end,
              ),
          );
        }),
      ),
    h(Refusal, { deed, words: texts.refused }),
    mayWork &&
      (isOpen
        ? h(ControlForm, {
            sign,
            lotName,
            close: (hasChanged) => {
              setOpen(false);
              if (hasChanged) done();
            },
          })
        : h(
            'button',
            { type: 'button', 'aria-label': texts.byHandOf(name), onClick: () => setOpen(true) },
            texts.byHand,
          )),
  );
}
