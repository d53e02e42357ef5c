import { h } from 'preact';
import type { ComponentChildren } from 'preact';
import type { CurvesAnswer, LotNow } from '#contract/operator-now.ts';
import { useDesk } from '../frame/desk.ts';
import { HOUR_MS } from '../instants.ts';
import { Curve } from './curve.ts';
import { nowTexts } from './texts.ts';
import type { NowTexts } from './texts.ts';

interface LotTableProperties {
  readonly lots: readonly LotNow[];
  readonly curves: CurvesAnswer | undefined;
}

/** Every lot as a row; what does not fit a phone is left out there, and said in words elsewhere. */
export function LotTable({ lots, curves }: LotTableProperties): ComponentChildren {
  const { language } = useDesk();
  const texts = nowTexts[language];
  if (lots.length === 0) return h('p', {}, texts.noLots);
  // What nobody counts needs no looking after: it does not push what does out of sight.
  const counted = lots.filter((lot) => lot.sensedBays > 0 || lot.pressure !== null);
  const bare = lots.filter((lot) => !counted.includes(lot));
  return h(
    'div',
    {},
    counted.length > 0 && h(Rows, { lots: counted, curves }),
    bare.length > 0 &&
      h(
        'details',
        { class: 'more' },
        h('summary', {}, texts.bareLots(bare.length)),
        h(
          'ul',
          { class: 'plain columns' },
          bare.map((lot) => h('li', { key: lot.lot }, h(BareLot, { lot }))),
        ),
      ),
  );
}

function BareLot({ lot }: { readonly lot: LotNow }): ComponentChildren {
  const { language, format } = useDesk();
  const texts = nowTexts[language];
  return h(
    'span',
    {},
    format.local(lot.name),
    lot.outOfService && h('strong', {}, ` · ${texts.outOfService}`),
  );
}

function Rows({ lots, curves }: LotTableProperties): ComponentChildren {
  const { language } = useDesk();
  const texts = nowTexts[language];
  const columns: readonly [name: string, label: string][] = [
    ['lot', texts.lot],
    ['count', texts.occupied],
    ['pressure', texts.pressure],
    ['curve wide', texts.curve],
    ['count', texts.unknown],
    ['count wide', texts.coverage],
    ['note wide', texts.note],
  ];
  return h(
    'table',
    { class: 'lots' },
    h(
      'thead',
      {},
      h(
        'tr',
        {},
        columns.map(([name, label]) => h('th', { scope: 'col', class: name, key: label }, label)),
      ),
    ),
    h(
      'tbody',
      {},
      lots.map((lot) => h(LotRow, { lot, curves, key: lot.lot })),
    ),
  );
}

function LotRow({
  lot,
  curves,
}: {
  lot: LotNow;
  curves: CurvesAnswer | undefined;
}): ComponentChildren {
  const { language, format } = useDesk();
  const texts = nowTexts[language];
  const { vacant, occupied, unknown, pressure } = lot;
  const all = vacant + occupied + unknown;
  const hours = curves?.lots.find((each) => each.lot === lot.lot)?.occupancy;
  const name = format.local(lot.name);
  return h(
    'tr',
    {},
    h(
      'th',
      { scope: 'row', class: 'lot' },
      name,
      h('div', { class: 'narrow' }, h(Notes, { lot, texts })),
    ),
    h(
      'td',
      { class: 'count' },
      all === 0 ? '–' : `${format.count(occupied)} / ${format.count(all)}`,
    ),
    h('td', { class: 'pressure' }, pressure === null ? '–' : h(PressureBar, { pressure })),
    h(
      'td',
      { class: 'curve wide' },
      hours && curves
        ? h(Curve, { lot: name, hours, from: Date.parse(curves.from), hourMs: HOUR_MS })
        : lot.sensedBays > 0 && h('span', { class: 'faint' }, texts.noCurve),
    ),
    h('td', { class: 'count' }, all === 0 ? '–' : format.count(unknown)),
    h(
      'td',
      { class: 'count wide' },
      all === 0 ? '–' : format.percent(Math.floor((100 * (vacant + occupied)) / all) / 100),
    ),
    h('td', { class: 'note wide' }, h(Notes, { lot, texts })),
  );
}

/** Word and length say it; the colour only says it again. */
function PressureBar({ pressure }: { readonly pressure: number }): ComponentChildren {
  const { format } = useDesk();
  const look = pressure >= 1 ? 'full' : pressure >= 0.9 ? 'few' : 'plenty';
  const width = `${Math.round(100 * pressure)}%`;
  return h(
    'span',
    { class: 'pressure-bar' },
    h('strong', {}, format.percent(Math.floor(100 * pressure) / 100)),
    h(
      'span',
      { class: 'bar', 'aria-hidden': 'true' },
      h('span', { class: `bar-${look}`, style: { width } }),
    ),
  );
}

function Notes({
  lot,
  texts,
}: {
  readonly lot: LotNow;
  readonly texts: NowTexts;
}): ComponentChildren {
  const { format, now } = useDesk();
  const notes: [kind: string, words: string][] = [];
  if (lot.outOfService) notes.push(['closed', texts.outOfService]);
  else if (lot.closedBays > 0) notes.push(['closed', texts.closedBays(lot.closedBays)]);
  if (lot.fullSince !== null) {
    notes.push(['full', texts.full(format.duration(now() - Date.parse(lot.fullSince)))]);
  } else if (lot.pressure === 1 && lot.unknown === 0) notes.push(['full', texts.isFull]);
  if (lot.sensedBays === 0) notes.push(['faint', texts.counted]);
  return h(
    'ul',
    { class: 'plain notes' },
    notes.map(([kind, words]) => h('li', { class: `tag tag-${kind}`, key: words }, words)),
  );
}
