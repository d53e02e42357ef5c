import { h } from 'preact';
import type { ComponentChildren } from 'preact';
import { useLayoutEffect, useRef } from 'preact/hooks';
import { deadlines } from '#contract/deadlines.ts';
import type { NowAnswer } from '#contract/operator-now.ts';
import type { Asked } from '../parts/use-asked.ts';
import { useTick } from '../parts/use-asked.ts';
import { THEMES } from './choices.ts';
import type { Theme } from './choices.ts';
import { useDesk } from './desk.ts';
import { hrefOf, PAGES } from './pages.ts';
import type { PageName } from './pages.ts';
import { Link } from './place.ts';

interface FrameProperties {
  readonly page: PageName | undefined;
  readonly now: Asked<NowAnswer>;
  readonly theme: Theme;
  readonly chooseTheme: (theme: Theme) => void;
  readonly otherLanguage: () => void;
  readonly children?: ComponentChildren;
}

/** What stands around every page: where one may go, where one is, who one is, and whether it lives. */
export function Frame(properties: FrameProperties): ComponentChildren {
  const { texts, site } = useDesk();
  const { page, now, children } = properties;
  return h(
    'div',
    { class: 'frame' },
    h('a', { class: 'skip', href: '#heading' }, texts.skip),
    h(
      'header',
      { class: 'side' },
      h('p', { class: 'brand' }, texts.brand),
      h(Navigation, { page, now }),
    ),
    h(
      'main',
      { class: 'main', 'aria-labelledby': 'heading' },
      site.simulated && h('p', { class: 'simulated' }, texts.simulated),
      h(Connection, { now }),
      children,
    ),
    h('footer', { class: 'foot' }, h(Choices, properties)),
  );
}

function Navigation({ page, now }: Pick<FrameProperties, 'page' | 'now'>): ComponentChildren {
  const { texts } = useDesk();
  const count = now.value?.alarms.unacknowledged ?? 0;
  const list = useRef<HTMLUListElement>(null);
  const hasBadge = count > 0;
  // On a phone the pages are a row that goes beyond the screen, and the badge moves them.
  useLayoutEffect(() => {
    const current = list.current?.querySelector('[aria-current]');
    if (!list.current || !current) return;
    const [row, link] = [list.current, current].map((each) => each.getBoundingClientRect());
    if (row && link) list.current.scrollLeft += link.left - row.left - (row.width - link.width) / 2;
  }, [page, hasBadge]);
  return h(
    'nav',
    { 'aria-label': texts.navigation },
    h(
      'ul',
      { class: 'plain', ref: list },
      PAGES.map((name) =>
        h(
          'li',
          { key: name },
          h(
            Link,
            { href: hrefOf(name), 'aria-current': name === page ? 'page' : undefined },
            texts.pages[name],
            name === 'alarms' &&
              hasBadge && [
                ' ',
                h('span', { class: 'badge', 'aria-label': texts.alarms(count) }, count),
              ],
          ),
        ),
      ),
    ),
  );
}

function Choices({
  theme,
  chooseTheme,
  otherLanguage,
}: Pick<FrameProperties, 'theme' | 'chooseTheme' | 'otherLanguage'>): ComponentChildren {
  const { texts, language, format, account, now, site } = useDesk();
  useTick(1_000);
  const scope = account.scope === 'site' ? texts.wholeSite : account.scope.join(', ');
  return h(
    'div',
    { class: 'choices' },
    h(
      'dl',
      {},
      h('dt', {}, texts.siteTime),
      h('dd', {}, h('time', { title: site.timeZone }, format.clock(now()))),
      h('dt', {}, texts.scope),
      h('dd', { class: 'scope' }, scope),
    ),
    h(
      'a',
      { href: `/account?lang=${language}` },
      `${texts.account}: ${account.name} (${texts.roles[account.role]})`,
    ),
    h('a', { href: `/?lang=${language}` }, texts.toMap),
    h(
      'button',
      { type: 'button', lang: language === 'ko' ? 'en' : 'ko', onClick: otherLanguage },
      texts.otherLanguage,
    ),
    h(
      'label',
      {},
      `${texts.theme} `,
      h(
        'select',
        {
          value: theme,
          onChange: ({ currentTarget }: { currentTarget: HTMLSelectElement }) =>
            chooseTheme(THEMES.find((each) => each === currentTarget.value) ?? 'auto'),
        },
        THEMES.map((each) => h('option', { value: each, key: each }, texts.themes[each])),
      ),
    ),
  );
}

/** Says that the connection is lost as soon as a page must; otherwise nothing, and nothing moves. */
function Connection({ now }: { readonly now: Asked<NowAnswer> }): ComponentChildren {
  const { texts, format } = useDesk();
  const { answeredMs, trouble } = now;
  const ageMs = answeredMs === undefined ? 0 : performance.now() - answeredMs;
  const isLost = trouble?.kind === 'lost' && ageMs > deadlines.pageLostMs;
  return h(
    'div',
    { role: 'status', class: 'connection' },
    isLost && h('p', { class: 'lost' }, texts.lost(format.age(ageMs))),
  );
}
