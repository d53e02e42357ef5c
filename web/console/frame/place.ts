import { h } from 'preact';
import type { ComponentChildren, JSX } from 'preact';
import { useEffect, useState } from 'preact/hooks';

/** Where in the console one is: what a link to it says. */
export interface Place {
  readonly path: string;
  readonly query: URLSearchParams;
}

const listeners = new Set<() => void>();
const placeNow = (): Place => ({
  path: location.pathname,
  query: new URLSearchParams(location.search),
});

/** Goes to an address of the console; `replace`: as a correction of this one, not a step back. */
export function goTo(href: string, { replace = false } = {}): void {
  if (replace) history.replaceState(null, '', href);
  else history.pushState(null, '', href);
  for (const listener of listeners) listener();
}

/** This page with some of its choices changed; undefined takes one away. */
export function hrefWith(changes: Readonly<Record<string, string | undefined>>): string {
  const { path, query } = placeNow();
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined || value === '') query.delete(name);
    else query.set(name, value);
  }
  const text = query.toString();
  return text === '' ? path : `${path}?${text}`;
}

export function usePlace(): Place {
  const [place, setPlace] = useState(placeNow);
  useEffect(() => {
    const look = () => setPlace(placeNow());
    listeners.add(look);
    addEventListener('popstate', look);
    return () => {
      listeners.delete(look);
      removeEventListener('popstate', look);
    };
  }, []);
  return place;
}

type LinkProperties = JSX.IntrinsicElements['a'] & { readonly href: string };

/** A link within the console; whoever wants it in another tab gets it there. */
export function Link({
  children,
  ...properties
}: LinkProperties & { readonly children?: ComponentChildren }): ComponentChildren {
  const { href } = properties;
  const follow = (event: MouseEvent) => {
    const isPlain = !event.ctrlKey && !event.metaKey && !event.shiftKey && event.button === 0;
    if (!isPlain) return;
    event.preventDefault();
    goTo(href);
  };
  return h('a', { ...properties, onClick: follow }, children);
}
