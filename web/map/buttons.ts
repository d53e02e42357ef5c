import type { Texts } from '../text/texts.ts';
import { h } from '../view/node.ts';
import type { ViewElement } from '../view/node.ts';
import { patchChildren } from '../view/patch.ts';

/** Everything that can be done by dragging and pinching, as buttons. */
export function addMapButtons(
  place: HTMLElement,
  texts: Texts,
  actions: Readonly<Record<'in' | 'out' | 'market', () => void>>,
): void {
  const button = (action: string, label: string, path: string): ViewElement =>
    h(
      'button',
      { type: 'button', 'aria-label': label, title: label, 'data-action': action },
      h('svg', { viewBox: '0 0 24 24', 'aria-hidden': 'true' }, h('path', { d: path })),
    );
  patchChildren(place, [
    button('in', texts.zoomIn, 'M12 5v14M5 12h14'),
    button('out', texts.zoomOut, 'M5 12h14'),
    button(
      'market',
      texts.toMarket,
      'M12 21s-7-6.2-7-11.5a7 7 0 0 1 14 0C19 14.8 12 21 12 21zM12 8v3',
    ),
  ]);
  place.addEventListener('click', ({ target }) => {
    const action = target instanceof Element ? target.closest('button')?.dataset['action'] : '';
    if (action === 'in' || action === 'out' || action === 'market') actions[action]();
  });
}
