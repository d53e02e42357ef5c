import { h } from 'preact';
import type { ComponentChildren } from 'preact';
import type { LotAnswer } from '#contract/http.ts';
import type { SiteOverlay } from '#contract/site-overlay.ts';
import { useDesk } from '../frame/desk.ts';
import { changeText } from './change-text.ts';
import { workTexts } from './texts.ts';

interface RunningWorkProperties {
  readonly overlays: readonly SiteOverlay[];
  readonly lots: readonly LotAnswer[];
  /** undefined: this person may only look. */
  readonly end: ((overlay: SiteOverlay) => void) | undefined;
}

/** What holds now or is to come, with who laid it and why, and the way to end it. */
export function RunningWork({ overlays, lots, end }: RunningWorkProperties): ComponentChildren {
  const { language, format, now } = useDesk();
  const texts = workTexts[language];
  if (overlays.length === 0) return h('p', { class: 'faint' }, texts.nothing);
  return h(
    'ul',
    { class: 'plain rows' },
    overlays.map((overlay) => {
      const { id, change, from, until, author, reason } = overlay;
      const what = changeText(change, lots, texts, language);
      const begins = Date.parse(from);
      const parts = [
        begins > now() ? texts.from(format.moment(begins)) : '',
        until === null ? texts.untilEnded : texts.untilMoment(format.moment(Date.parse(until))),
        texts.by(author),
        reason ?? '',
      ];
      return h(
        'li',
        { key: id },
        h(
          'div',
          { class: 'row-text' },
          h('strong', {}, what),
          h('span', { class: 'row-why' }, parts.filter((part) => part !== '').join(' · ')),
        ),
        end &&
          h(
            'button',
            { type: 'button', 'aria-label': texts.endWhat(what), onClick: () => end(overlay) },
            texts.end,
          ),
      );
    }),
  );
}
