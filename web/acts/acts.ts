import sheetStyle from '../style/sheet.css?url';
import type { LotId } from '#contract/ids.ts';
import { distanceM } from '#contract/geo.ts';
import type { DriverPage } from '../page/driver-page.ts';
import type { Kept } from '../page/kept.ts';
import type { ExtraViews, PageModel } from '../page/model.ts';
import { planBText } from '../view/go.ts';
import { detailsView } from '../view/lot-details.ts';
import { itemIdOf } from '../view/lot-item.ts';
import { moreView } from '../view/more.ts';
import { yoursView } from '../view/yours.ts';
import { Sheet } from './sheet.ts';

export const extra: ExtraViews = { details: detailsView, more: moreView, yours: yoursView };

/** What of the open page the acts work on. */
export interface ActParts {
  readonly page: DriverPage;
  readonly kept: Kept;
  readonly model: () => PageModel;
  readonly dialog: HTMLDialogElement;
}

/** 20 km/h in town over streets 1.3 times as long as the straight line: an assumption. */
const DRIVE_M_PER_MIN = 20_000 / 60 / 1.3;
const LONGEST_DRIVE_MINUTES = 120;

/** All that is done with the page beside reading it; loaded once the page stands. */
export class Acts {
  readonly #parts: ActParts;
  readonly #sheet: Sheet;

  constructor(parts: ActParts) {
    this.#parts = parts;
    // Not in the page's own style sheet: the first look does without.
    const style = document.createElement('link');
    style.rel = 'stylesheet';
    style.href = sheetStyle;
    document.head.append(style);
    this.#sheet = new Sheet(parts);
  }

  /** Never rejects: what a browser forbids does not happen. */
  async act(name: string, button: HTMLElement): Promise<void> {
    const lot = button.dataset['lot'] as LotId | undefined;
    switch (name) {
      case 'car':
        this.#sheet.openCar();
        return;
      case 'show':
        if (lot !== undefined) this.#sheet.openLot(lot);
        return;
      case 'share':
        if (lot !== undefined) await this.#share(lot, button);
        return;
      case 'copy':
        await this.#copy(button.dataset['text'] ?? '', button);
        return;
      case 'locate':
        this.#locate();
        return;
    }
  }

  /** The lot, its fallback and where to see how it stands; no number, which would be old. */
  async #share(id: LotId, button: HTMLElement): Promise<void> {
    const model = this.#parts.model();
    const card = model.cards.find(({ lot }) => lot.lot === id);
    if (!card) return;
    const name = model.local(card.lot.name).text;
    const planB = planBText(card, model);
    const text = planB === undefined ? name : `${name}\n${planB}`;
    const url = addressOf(id, model);
    if (!('share' in navigator)) {
      await this.#copy(`${text}\n${url}`, button);
      return;
    }
    // Who closes the list of apps has shared nothing, which is no error of ours.
    await Promise.allSettled([navigator.share({ title: name, text, url })]);
  }

  async #copy(text: string, button: HTMLElement): Promise<void> {
    const [copied] = await Promise.allSettled([navigator.clipboard.writeText(text)]);
    if (copied.status === 'rejected') return;
    const region = document.querySelector('#spoken');
    const { texts } = this.#parts.model();
    if (region) region.textContent = texts.copied;
    button.dataset['done'] = texts.copied;
    setTimeout(() => delete button.dataset['done'], 2_000);
  }

  /** Where the phone is stays in it: only minutes come out, and they are sent nowhere. */
  #locate(): void {
    const { market } = this.#parts.model();
    if (!market) return;
    navigator.geolocation.getCurrentPosition(
      ({ coords: { longitude, latitude } }) => {
        const metres = distanceM([longitude, latitude], market.position);
        const minutes = Math.max(1, Math.ceil(metres / DRIVE_M_PER_MIN));
        this.#parts.page.arriveIn(Math.min(LONGEST_DRIVE_MINUTES, minutes));
      },
      () => undefined,
      { maximumAge: 60_000, timeout: 10_000 },
    );
  }
}

function addressOf(lot: LotId, { market, language }: PageModel): string {
  const path = market ? `/m/${market.market}` : '/';
  return `${location.origin}${path}?lang=${language}#${itemIdOf(lot)}`;
}
