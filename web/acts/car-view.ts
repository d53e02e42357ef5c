import { DRIVER_TRAITS } from '#contract/driver.ts';
import type { PageModel } from '../page/model.ts';
import { h } from '../view/node.ts';
import type { ViewElement } from '../view/node.ts';

/** Usual limits of car parks, and above the highest. */
const HEIGHTS_MM = [2_000, 2_100, 2_300, 2_500, 3_000];
const WALKS_MINUTES = [3, 5, 10, 15];

/** The driver's car and what they want to see only. */
export function carView({ texts, format, trip, wishes, hidden }: PageModel): ViewElement[] {
  const { sheet } = texts;
  return [
    h('h2', { tabindex: -1, autofocus: true }, texts.myCar),
    h('p', { class: 'sheet-note' }, sheet.carNote),
    h(
      'fieldset',
      {},
      h('legend', { class: 'spoken' }, texts.myCar),
      DRIVER_TRAITS.map((trait) =>
        tick(trait, texts.traits[trait], trip.driver.traits.includes(trait)),
      ),
    ),
    choice(
      'height',
      sheet.height,
      sheet.anyHeight,
      HEIGHTS_MM.map((mm) => [mm, texts.metres(format.metres(mm))]),
      trip.driver.heightMm,
    ),
    h(
      'fieldset',
      {},
      h('legend', {}, sheet.show),
      tick('free', sheet.onlyFree, wishes.free),
      tick('open', sheet.onlyOpen, wishes.open),
    ),
    choice(
      'walk',
      sheet.walkUpTo,
      sheet.anyWalk,
      WALKS_MINUTES.map((minutes) => [minutes, texts.walk(minutes)]),
      wishes.walkMinutes,
    ),
    hidden > 0 ? h('p', { class: 'sheet-note' }, texts.hiddenLots(hidden)) : h('p', {}),
    h('button', { type: 'button', class: 'go', 'data-close': true }, sheet.close),
  ];
}

function tick(name: string, text: string, checked: boolean): ViewElement {
  return h('label', { class: 'tick' }, h('input', { type: 'checkbox', name, checked }), text);
}

function choice(
  name: string,
  label: string,
  any: string,
  choices: readonly (readonly [value: number, text: string])[],
  chosen: number | undefined,
): ViewElement {
  return h(
    'label',
    { class: 'choice' },
    label,
    h(
      'select',
      { name },
      h('option', { value: '', selected: chosen === undefined }, any),
      choices.map(([value, text]) => h('option', { value, selected: value === chosen }, text)),
    ),
  );
}
