import type { Look, Texts } from '../text/texts.ts';
import { h } from './node.ts';
import type { ViewElement } from './node.ts';

const LOOKS: readonly Exclude<Look, 'noLiveCount'>[] = [
  'plenty',
  'few',
  'full',
  'noData',
  'closed',
];
const SIGNS: Readonly<Partial<Record<Look, string>>> = { noData: '?', closed: '✕' };

const BAY_SIGNS: Readonly<Record<string, string>> = { closed: '✕', private: 'R' };

/** What the map's signs mean, in the shapes of the pins themselves. */
export function legendView(texts: Texts): ViewElement {
  return h(
    'ul',
    { class: 'legend', 'aria-label': texts.legend },
    LOOKS.map((look) =>
      h(
        'li',
        { class: 'legend-look' },
        h('span', { class: `pin pin-small pin-${look}`, 'aria-hidden': 'true' }, SIGNS[look] ?? ''),
        texts.looks[look],
      ),
    ),
    (['vacant', 'occupied', 'unknown', 'closed', 'private'] as const).map((look) =>
      h(
        'li',
        { class: `legend-bay legend-${look}` },
        h('span', { class: `bay bay-${look}`, 'aria-hidden': 'true' }, BAY_SIGNS[look] ?? ''),
        texts.bays[look],
      ),
    ),
  );
}
