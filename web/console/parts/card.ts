import { h } from 'preact';
import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';

/** A part of a page under a heading of its own. */
export function Card({
  title,
  beside,
  children,
}: {
  readonly title: string;
  readonly beside?: ComponentChildren;
  readonly children?: ComponentChildren;
}): ComponentChildren {
  const id = useId();
  return h(
    'section',
    { class: 'card', 'aria-labelledby': id },
    h('div', { class: 'card-head' }, h('h2', { id }, title), beside),
    children,
  );
}
