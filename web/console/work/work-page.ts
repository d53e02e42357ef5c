import { h } from 'preact';
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { SiteOverlay } from '#contract/site-overlay.ts';
import { lotsAnswer } from '../../wire/answers.ts';
import { useDesk } from '../frame/desk.ts';
import { Card } from '../parts/card.ts';
import { Heading } from '../parts/heading.ts';
import { Refusal } from '../parts/refusal.ts';
import { Trouble } from '../parts/trouble.ts';
import { useAsked } from '../parts/use-asked.ts';
import { useDeed } from '../parts/use-deed.ts';
import { overlaysAnswer } from '../wire/work-answers.ts';
import { changeText } from './change-text.ts';
import { RunningWork } from './running-work.ts';
import { workTexts } from './texts.ts';
import { WorkForm } from './work-form.ts';

const EVERY_MS = 5_000;

/** What operators change for a while: by form, with what it does shown before, and the way back. */
export function WorkPage(): ComponentChildren {
  const { language, account, mayWork } = useDesk();
  const texts = workTexts[language];
  const overlays = useAsked('/api/v1/operator/site/overlays', overlaysAnswer, EVERY_MS);
  const lots = useAsked('/api/v1/lots', lotsAnswer, undefined);
  const [laid, setLaid] = useState<SiteOverlay>();
  const [isUndone, setUndone] = useState(false);
  const deed = useDeed();
  if (overlays.value === undefined || lots.value === undefined) {
    const trouble = overlays.trouble ?? lots.trouble;
    return [h(Heading, { title: texts.title }), h(Trouble, { trouble })];
  }
  const { scope } = account;
  const own = lots.value.lots.filter(({ lot }) => scope === 'site' || scope.includes(lot));
  const refresh = () => {
    overlays.again();
    lots.again();
  };
  const end = async ({ id }: SiteOverlay) => {
    const path = `/api/v1/operator/site/overlays/${id}/end`;
    const done = await deed.run(path, overlaysAnswer, {});
    if (done !== undefined) {
      setLaid(undefined);
      setUndone(true);
    }
    refresh();
  };
  return [
    h(Heading, { title: texts.title, beside: mayWork ? undefined : texts.viewer }),
    h(
      'div',
      { role: 'status' },
      laid !== undefined &&
        h(
          'p',
          { class: 'done' },
          h('span', {}, texts.done(changeText(laid.change, own, texts, language))),
          h('button', { type: 'button', onClick: () => void end(laid) }, texts.undo),
        ),
      laid === undefined && isUndone && h('p', { class: 'done' }, texts.undone),
    ),
    h(Refusal, { deed, words: texts.refused }),
    mayWork &&
      h(
        Card,
        { title: texts.fresh },
        h(WorkForm, {
          lots: own,
          laid: (overlay) => {
            setLaid(overlay);
            setUndone(false);
            refresh();
          },
        }),
      ),
    h(
      Card,
      { title: texts.running },
      h(RunningWork, {
        overlays: overlays.value.overlays,
        lots: own,
        end: mayWork ? (overlay) => void end(overlay) : undefined,
      }),
    ),
  ];
}
