import type { LotId } from '#contract/ids.ts';
import type { Card } from '../lots/card.ts';
import type { PageModel } from '../page/model.ts';
import { lotItem } from './lot-item.ts';
import { listView } from './lot-list.ts';
import type { ViewElement } from './node.ts';
import { patchChildren } from './patch.ts';

/** Lots are written for so long before the browser gets its turn; their layout takes thrice that. */
const SLICE_MS = 2;

/** Keeps the list as the model has it: all at once, or a few lots at a time, the first ones first. */
export class ListDrawing {
  readonly #list: HTMLElement;
  #items: ReadonlyMap<LotId, ViewElement> = new Map();
  #model: PageModel | undefined;
  /** Lots that stand as this model has them. */
  readonly #done = new Set<LotId>();

  constructor(list: HTMLElement) {
    this.#list = list;
  }

  draw(model: PageModel): void {
    this.#drawUntil(model, Number.POSITIVE_INFINITY);
  }

  /** Whether all of it stands now; if not, the rest wants another call with the same model. */
  drawSome(model: PageModel): boolean {
    return this.#drawUntil(model, performance.now() + SLICE_MS);
  }

  #drawUntil(model: PageModel, untilMs: number): boolean {
    if (model !== this.#model) this.#done.clear();
    this.#model = model;
    const items = new Map<LotId, ViewElement>();
    let isWhole = true;
    // What the patch is given again as it was it leaves alone.
    const itemOf = (card: Card) => {
      const { lot } = card.lot;
      const before = this.#items.get(lot);
      const isDone = this.#done.has(lot);
      const isLeft = before !== undefined && !isDone && performance.now() > untilMs;
      const item = before && (isDone || isLeft) ? before : lotItem(card, model);
      if (isLeft) isWhole = false;
      else this.#done.add(lot);
      items.set(lot, item);
      return item;
    };
    patchChildren(this.#list, listView(model, itemOf));
    this.#items = items;
    return isWhole;
  }
}
