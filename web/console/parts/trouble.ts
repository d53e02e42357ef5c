import { h } from 'preact';
import type { ComponentChildren } from 'preact';
import { useDesk } from '../frame/desk.ts';
import type { Asked } from './use-asked.ts';

/** What stands in an answer's place while there is none. */
export function Trouble({
  trouble,
  stale = false,
}: {
  readonly trouble: Asked<unknown>['trouble'];
  /** There was an answer, too long ago to be shown. */
  readonly stale?: boolean;
}): ComponentChildren {
  const { texts } = useDesk();
  if (stale) return h('p', { class: 'trouble', role: 'alert' }, texts.stale);
  if (trouble?.kind === 'refused') {
    const { status, code, detail } = trouble;
    const words = status === 403 ? texts.refused : (sayingOf(texts.problems, code) ?? detail);
    return h('p', { class: 'trouble', role: 'alert' }, words);
  }
  if (trouble?.kind === 'broken') return h('p', { class: 'trouble', role: 'alert' }, texts.broken);
  return h('p', { class: 'loading' }, texts.loading);
}

const sayingOf = (problems: Readonly<Record<string, string>>, code: string): string | undefined =>
  Object.hasOwn(problems, code) ? problems[code] : undefined;
