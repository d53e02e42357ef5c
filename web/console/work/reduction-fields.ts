import { h } from 'preact';
import type { ComponentChildren } from 'preact';
import { DRIVER_TRAITS } from '#contract/driver.ts';
import { useDesk } from '../frame/desk.ts';
import { Choice } from '../parts/choice.ts';
import { Field } from '../parts/field.ts';
import type { CouponDraft, DiscountDraft } from './reduction-draft.ts';
import { workTexts } from './texts.ts';

interface FieldsProperties<Draft> {
  readonly drafts: readonly Draft[];
  readonly change: (drafts: readonly Draft[]) => void;
}

/** Who pays less, and by how much. */
export function DiscountFields({
  drafts,
  change,
}: FieldsProperties<DiscountDraft>): ComponentChildren {
  const { language } = useDesk();
  const texts = workTexts[language];
  const free = DRIVER_TRAITS.find((trait) => drafts.every((draft) => draft.for !== trait));
  return Rows({
    legend: texts.discounts,
    nameOf: texts.discountNo,
    drafts,
    change,
    added: { words: texts.addDiscount, draft: free && { for: free, percent: '' } },
    fieldsOf: (draft, put) => [
      Choice({
        label: texts.discountFor,
        value: draft.for,
        choices: DRIVER_TRAITS.map((trait) => [trait, texts.traits[trait]] as const),
        choose: (trait) => put({ ...draft, for: trait }),
      }),
      h(Field, {
        label: texts.percentOff,
        kind: 'number',
        value: draft.percent,
        type: (percent) => put({ ...draft, percent }),
      }),
    ],
  });
}

/** What a shop may give its customers. */
export function CouponFields({ drafts, change }: FieldsProperties<CouponDraft>): ComponentChildren {
  const { language } = useDesk();
  const texts = workTexts[language];
  return Rows({
    legend: texts.coupons,
    nameOf: texts.couponNo,
    drafts,
    change,
    added: { words: texts.addCoupon, draft: { kind: 'minutes', amount: '' } },
    fieldsOf: (draft, put) => [
      Choice({
        label: texts.couponKind,
        value: draft.kind,
        choices: (['minutes', 'percent'] as const).map(
          (kind) => [kind, texts.couponKinds[kind]] as const,
        ),
        choose: (kind) => put({ ...draft, kind }),
      }),
      h(Field, {
        label: draft.kind === 'minutes' ? texts.minutesOff : texts.percentOff,
        kind: 'number',
        value: draft.amount,
        type: (amount) => put({ ...draft, amount }),
      }),
    ],
  });
}

interface RowsProperties<Draft> extends FieldsProperties<Draft> {
  readonly legend: string;
  readonly nameOf: (no: number) => string;
  /** No draft: there is nothing to add. */
  readonly added: { readonly words: string; readonly draft: Draft | undefined };
  readonly fieldsOf: (draft: Draft, put: (draft: Draft) => void) => ComponentChildren;
}

/** Called, not made an element of: so its drafts keep their type. */
function Rows<Draft>(properties: RowsProperties<Draft>): ComponentChildren {
  const { legend, nameOf, drafts, change, added, fieldsOf } = properties;
  const { language } = useDesk();
  const texts = workTexts[language];
  const fresh = added.draft;
  return h(
    'fieldset',
    { class: 'reductions' },
    h('legend', {}, legend),
    drafts.map((draft, at) => {
      const name = nameOf(at + 1);
      return h(
        'div',
        { class: 'reduction', role: 'group', 'aria-label': name, key: at },
        fieldsOf(draft, (changed) => change(drafts.with(at, changed))),
        h(
          'button',
          {
            type: 'button',
            'aria-label': texts.removeWhat(name),
            onClick: () => change(drafts.toSpliced(at, 1)),
          },
          texts.remove,
        ),
      );
    }),
    fresh !== undefined &&
      h('button', { type: 'button', onClick: () => change([...drafts, fresh]) }, added.words),
  );
}
