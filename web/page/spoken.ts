import type { LotId } from '#contract/ids.ts';
import { isPartial, stateText } from '../view/lot-lines.ts';
import type { PageModel } from './model.ts';

/** The chosen lot is read out at most this often. */
const SPEAK_EVERY_MS = 30_000;

/** What a polite live region says: the chosen lot, when it is chosen and when its state has changed. */
export class Spoken {
  #lot: LotId | undefined;
  #state = '';
  #atMs = Number.NEGATIVE_INFINITY;

  /** The sentence to say now; undefined: leave the region as it is. `nowMs`: monotonic. */
  next(model: PageModel, nowMs: number): string | undefined {
    const card = model.cards.find(({ lot }) => lot.lot === model.selected);
    if (!card) {
      const silent = this.#lot === undefined;
      this.#lot = undefined;
      return silent ? undefined : '';
    }
    const { texts, format } = model;
    const { verdict, lot } = card;
    const scope = isPartial(card) ? texts.sensedOf(lot.sensedBays, lot.capacity) : '';
    const state = [texts.looks[verdict.look], stateText(card, model), scope]
      .filter((part) => part !== '')
      .join(', ');
    const chosen = lot.lot !== this.#lot;
    if (state === this.#state && !chosen) return undefined;
    if (nowMs - this.#atMs < SPEAK_EVERY_MS) return undefined;
    this.#lot = lot.lot;
    this.#state = state;
    this.#atMs = nowMs;
    const age = verdict.ageMs === undefined ? '' : format.age(verdict.ageMs);
    return texts.spoken(model.local(lot.name).text, state, age);
  }
}
