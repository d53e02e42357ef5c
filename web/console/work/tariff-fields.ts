import { h } from 'preact';
import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';
import { useDesk } from '../frame/desk.ts';
import { Field } from '../parts/field.ts';
import { CouponFields, DiscountFields } from './reduction-fields.ts';
import type { TariffDraft } from './tariff-draft.ts';
import { workTexts } from './texts.ts';

interface TariffFieldsProperties {
  readonly draft: TariffDraft;
  readonly change: (draft: TariffDraft) => void;
}

export function TariffFields({ draft, change }: TariffFieldsProperties): ComponentChildren {
  const { language, site } = useDesk();
  const texts = workTexts[language];
  const id = useId();
  const field = (
    name: Exclude<keyof TariffDraft, 'isFree' | 'discounts' | 'coupons'>,
    label: string,
  ) =>
    h(Field, {
      key: name,
      label,
      value: draft[name],
      kind: 'number',
      type: (value) => change({ ...draft, [name]: value }),
    });
  const money = (label: string) => `${label} (${site.currency})`;
  return h(
    'div',
    { class: 'grid' },
    h(
      'div',
      { class: 'check' },
      h('input', {
        id,
        type: 'checkbox',
        checked: draft.isFree,
        onChange: ({ currentTarget }: { readonly currentTarget: HTMLInputElement }) =>
          change({ ...draft, isFree: currentTarget.checked }),
      }),
      h('label', { for: id }, texts.isFree),
    ),
    !draft.isFree && [
      field('base', money(texts.base)),
      field('baseMinutes', texts.baseMinutes),
      field('add', money(texts.add)),
      field('addMinutes', texts.addMinutes),
      field('cap', money(texts.cap)),
      field('freeMinutes', texts.freeMinutes),
      h(DiscountFields, {
        drafts: draft.discounts,
        change: (discounts) => change({ ...draft, discounts }),
      }),
      h(CouponFields, {
        drafts: draft.coupons,
        change: (coupons) => change({ ...draft, coupons }),
      }),
    ],
  );
}
