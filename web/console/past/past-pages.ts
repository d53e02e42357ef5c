import { h } from 'preact';
import type { ComponentChildren, ComponentType } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import type { NowAnswer } from '#contract/operator-now.ts';
import { useDesk } from '../frame/desk.ts';

interface PageProperties {
  readonly now: NowAnswer | undefined;
}

type PastPage = 'history' | 'day' | 'stays';

/** Loaded when they are looked at: what is needed on a phone in the street comes first. */
const loaders: Readonly<Record<PastPage, () => Promise<ComponentType<PageProperties>>>> = {
  history: async () => (await import('./history-page.ts')).HistoryPage,
  day: async () => (await import('./day-page.ts')).DayPage,
  stays: async () => (await import('./stays-page.ts')).StaysPage,
};

export function PastPages({
  page,
  now,
}: PageProperties & { readonly page: PastPage }): ComponentChildren {
  const { texts } = useDesk();
  const [shown, setShown] = useState<{
    readonly page: PastPage;
    readonly view: ComponentType<PageProperties> | undefined;
  }>();
  useEffect(() => {
    let isLeft = false;
    const show = (view: ComponentType<PageProperties> | undefined) => {
      if (!isLeft) setShown({ page, view });
    };
    loaders[page]().then(show, (error: unknown) => {
      // A connection that was lost, or a fault of ours: the browser's log says which.
      reportError(error);
      show(undefined);
    });
    return () => {
      isLeft = true;
    };
  }, [page]);
  if (shown?.page !== page) return h('p', { class: 'loading' }, texts.loading);
  if (shown.view === undefined) {
    return h('p', { class: 'trouble', role: 'alert' }, texts.notReached);
  }
  return h(shown.view, { now });
}
