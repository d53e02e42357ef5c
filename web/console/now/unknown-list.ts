import { h } from 'preact';
import type { ComponentChildren } from 'preact';
import type { NowAnswer, UnknownBays } from '#contract/operator-now.ts';
import { useDesk } from '../frame/desk.ts';
import { hrefOf } from '../frame/pages.ts';
import { Link } from '../frame/place.ts';
import { reasonTexts } from '../sensors/reason-texts.ts';
import { nowTexts } from './texts.ts';

/** Which bays nobody can vouch for, by what explains it: one fault is one line. */
export function UnknownList({ now }: { readonly now: NowAnswer }): ComponentChildren {
  const { language } = useDesk();
  const texts = nowTexts[language];
  if (now.unknown.length === 0) return h('p', { class: 'calm' }, texts.nothingUnknown);
  return h(
    'ul',
    { class: 'plain rows' },
    now.unknown.map((group) =>
      h(UnknownRow, {
        group,
        now,
        key: `${group.lot} ${group.cause} ${group.line} ${group.reason}`,
      }),
    ),
  );
}

function UnknownRow({
  group,
  now,
}: {
  readonly group: UnknownBays;
  readonly now: NowAnswer;
}): ComponentChildren {
  const { language, format } = useDesk();
  const texts = nowTexts[language];
  const { lot, cause, gateway, line, reason, bays, since } = group;
  const name = format.local(now.lots.find((each) => each.lot === lot)?.name ?? { [language]: lot });
  const where = [gateway, line].filter((part) => part !== null).join(' · ');
  const why =
    cause === 'sensor' && reason !== null
      ? (reasonTexts[language][reason] ?? reason)
      : texts.causes[cause === 'sensor' ? 'waiting' : cause](where);
  const what = `${name} ${texts.bays(bays.length)}`;
  const query = new URLSearchParams({ lot });
  return h(
    'li',
    {},
    h(
      'div',
      { class: 'row-text' },
      h('strong', {}, what),
      h(
        'span',
        { class: 'row-why' },
        why,
        since !== null && ` · ${texts.since(format.moment(Date.parse(since)))}`,
      ),
      bays.length <= 8
        ? h('span', { class: 'faint' }, bays.join(', '))
        : h(
            'details',
            {},
            h('summary', {}, texts.which),
            h('p', { class: 'faint' }, bays.join(', ')),
          ),
    ),
    cause !== 'broker' &&
      h(
        Link,
        { href: `${hrefOf('sensors')}?${query.toString()}`, 'aria-label': texts.lookAt(what) },
        texts.look,
      ),
  );
}
