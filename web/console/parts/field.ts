import { h } from 'preact';
import type { ComponentChildren } from 'preact';
import { useId } from 'preact/hooks';

interface FieldProperties {
  readonly label: string;
  readonly value: string;
  readonly kind?: 'text' | 'number' | 'date' | 'time';
  readonly hint?: string;
  readonly maxLength?: number;
  readonly type: (value: string) => void;
}

/** A line to type into, under its label. */
export function Field(properties: FieldProperties): ComponentChildren {
  const { label, value, kind = 'text', hint, maxLength, type } = properties;
  const id = useId();
  const input = {
    value,
    // A number field swallows what it does not understand: the form says it instead.
    type: kind === 'number' ? 'text' : kind,
    ...(kind === 'number' && { inputMode: 'decimal' as const }),
    ...(maxLength !== undefined && { maxLength }),
    ...(hint !== undefined && { 'aria-describedby': id }),
    onInput: ({ currentTarget }: { readonly currentTarget: HTMLInputElement }) =>
      type(currentTarget.value),
  };
  return h(
    'div',
    { class: 'field-block' },
    h('label', { class: 'field-block' }, h('span', {}, label), h('input', input)),
    hint !== undefined && h('p', { class: 'faint', id }, hint),
  );
}
