import { h } from 'preact';
import type { ComponentChildren } from 'preact';

/** A page's heading: takes the focus when the page is gone to, so that a reader begins there. */
export function Heading({
  title,
  beside,
  end,
}: {
  readonly title: string;
  readonly beside?: ComponentChildren;
  readonly end?: ComponentChildren;
}): ComponentChildren {
  return h(
    'div',
    { class: 'heading' },
    h('h1', { id: 'heading', tabIndex: -1 }, title),
    beside !== undefined && h('p', { class: 'beside' }, beside),
    end !== undefined && h('p', { class: 'heading-end' }, end),
  );
}
