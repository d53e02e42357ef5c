import { h } from 'preact';
import type { ComponentChildren } from 'preact';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { deadlines } from '#contract/deadlines.ts';
import type { ConsoleInput } from '#contract/page.ts';
import type { NowAnswer } from '#contract/operator-now.ts';
import { AlarmsPage } from './alarms/alarms-page.ts';
import { consoleFormatFor } from './format.ts';
import { chooseLanguage, chooseTheme, chosenLanguage, chosenTheme } from './frame/choices.ts';
import { DeskContext, useDesk } from './frame/desk.ts';
import type { Desk } from './frame/desk.ts';
import { Frame } from './frame/frame.ts';
import { pageAt } from './frame/pages.ts';
import type { PageName } from './frame/pages.ts';
import { usePlace } from './frame/place.ts';
import { frameTexts } from './frame/texts.ts';
import { NowPage } from './now/now-page.ts';
import { Heading } from './parts/heading.ts';
import { useAsked } from './parts/use-asked.ts';
import type { Asked } from './parts/use-asked.ts';
import { PastPages } from './past/past-pages.ts';
import { SensorsPage } from './sensors/sensors-page.ts';
import { SignsPage } from './signs/signs-page.ts';
import { WorkPage } from './work/work-page.ts';
import { nowAnswer } from './wire/now-answers.ts';

/** Elsewhere than on its own page the present is only the alarms' count and the clock. */
const NOW_ELSEWHERE_MS = 10_000;

export function App({ input }: { readonly input: ConsoleInput }): ComponentChildren {
  const [language, setLanguage] = useState(() => chosenLanguage(input.language));
  const [theme, setTheme] = useState(chosenTheme);
  const place = usePlace();
  const page = pageAt(place.path);
  const everyMs = page === 'now' ? deadlines.beatEveryMs : NOW_ELSEWHERE_MS;
  // Counts of the live channel are those of the public, without private bays: so it is asked.
  const now = useAsked('/api/v1/operator/now', nowAnswer, everyMs);
  const serverClock = useServerClock(now);
  const desk = useMemo((): Desk => {
    const texts = frameTexts[language];
    return {
      language,
      texts,
      format: consoleFormatFor(language, input.site, texts),
      site: input.site,
      account: input.account,
      mayWork: input.account.role !== 'viewer',
      now: serverClock,
    };
  }, [language, input, serverClock]);

  useEffect(() => {
    document.documentElement.lang = language;
  }, [language]);
  useTitle(page, desk);

  const otherLanguage = () => {
    const other = language === 'ko' ? 'en' : 'ko';
    chooseLanguage(other);
    setLanguage(other);
  };
  const frame = {
    page,
    now,
    theme,
    otherLanguage,
    chooseTheme: (chosen: typeof theme) => {
      chooseTheme(chosen);
      setTheme(chosen);
    },
  };
  return h(DeskContext.Provider, { value: desk }, h(Frame, frame, h(PageOf, { page, now })));
}

function PageOf({
  page,
  now,
}: {
  page: PageName | undefined;
  now: Asked<NowAnswer>;
}): ComponentChildren {
  switch (page) {
    case 'now':
      return h(NowPage, { now });
    case 'alarms':
      return h(AlarmsPage, {});
    case 'work':
      return h(WorkPage, {});
    case 'history':
    case 'day':
    case 'stays':
      return h(PastPages, { page, now: now.value });
    case 'signs':
      return h(SignsPage, { now: now.value });
    case 'sensors':
      return h(SensorsPage, { now: now.value });
    case undefined:
      return h(NotFound, {});
  }
}

function NotFound(): ComponentChildren {
  return h(Heading, { title: useDesk().texts.notFound });
}

/** The server's clock, from its last answer on: this computer's own may be wrong. */
function useServerClock({ value, answeredMs }: Asked<NowAnswer>): () => number {
  const last = useRef({ at: Date.now(), mono: performance.now() });
  if (value !== undefined && answeredMs !== undefined) {
    last.current = { at: Date.parse(value.at), mono: answeredMs };
  }
  return useMemo(() => () => last.current.at + performance.now() - last.current.mono, []);
}

/** Another page has another title, and a reader begins at its heading. */
function useTitle(page: PageName | undefined, { texts }: Desk): void {
  const title = page === undefined ? texts.brand : `${texts.pages[page]} – ${texts.brand}`;
  const first = useRef(true);
  useEffect(() => {
    document.title = title;
  }, [title]);
  useEffect(() => {
    if (!first.current) document.querySelector<HTMLElement>('#heading')?.focus();
    first.current = false;
  }, [page]);
}
