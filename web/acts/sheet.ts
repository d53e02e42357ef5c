import type { DriverTrait } from '#contract/driver.ts';
import type { LotId } from '#contract/ids.ts';
import { patchChildren } from '../view/patch.ts';
import type { ActParts } from './acts.ts';
import { carView } from './car-view.ts';
import { lotCardView } from './lot-card-view.ts';

/** The one sheet over the page: the driver's car, or one lot to be shown to somebody. */
export class Sheet {
  readonly #parts: ActParts;

  constructor(parts: ActParts) {
    this.#parts = parts;
    const { dialog } = parts;
    dialog.addEventListener('change', ({ target }) => {
      if (target instanceof HTMLInputElement) this.#ticked(target.name, target.checked);
      else if (target instanceof HTMLSelectElement) this.#chose(target.name, target.value);
    });
    dialog.addEventListener('input', ({ target }) => {
      if (target instanceof HTMLTextAreaElement) parts.kept.keep('parked', target.value);
    });
    dialog.addEventListener('click', ({ target }) => {
      if (target instanceof Element && target.closest('[data-close]')) dialog.close();
    });
  }

  openCar(): void {
    this.#draw();
    this.#parts.dialog.showModal();
  }

  openLot(lot: LotId): void {
    const { dialog, kept, model } = this.#parts;
    const now = model();
    const card = now.cards.find((each) => each.lot.lot === lot);
    if (!card) return;
    dialog.className = 'sheet sheet-lot';
    patchChildren(dialog, lotCardView(card, now));
    const note = dialog.querySelector('textarea');
    if (note) note.value = kept.parked;
    dialog.showModal();
  }

  #draw(): void {
    const { dialog, model } = this.#parts;
    dialog.className = 'sheet sheet-car';
    patchChildren(dialog, carView(model()));
  }

  #ticked(name: string, on: boolean): void {
    const { page } = this.#parts;
    if (name === 'free' || name === 'open') page.wish({ ...page.wishes, [name]: on });
    else {
      const { driver } = page.trip;
      const others = driver.traits.filter((trait) => trait !== name);
      // The sheet's boxes are named after the traits.
      const traits = on ? [...others, name as DriverTrait] : others;
      page.driveAs({ ...driver, traits });
    }
    this.#draw();
  }

  #chose(name: string, value: string): void {
    const { page } = this.#parts;
    const number = value === '' ? undefined : Number(value);
    if (name === 'walk') page.wish({ ...page.wishes, walkMinutes: number });
    if (name === 'height') page.driveAs({ ...page.trip.driver, heightMm: number });
    this.#draw();
  }
}
