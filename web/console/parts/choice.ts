import { h } from 'preact';
import type { ComponentChildren } from 'preact';

/** One of some, under its label. Called, not made an element of: so its values keep their type. */
export function Choice<Value extends string>({
  label,
  value,
  choices,
  choose,
  disabled = false,
}: {
  readonly label: string;
  readonly value: Value;
  readonly choices: readonly (readonly [value: Value, words: string])[];
  readonly choose: (value: Value) => void;
  readonly disabled?: boolean;
}): ComponentChildren {
  const changed = ({ currentTarget }: { readonly currentTarget: HTMLSelectElement }) => {
    const chosen = choices.find(([each]) => each === currentTarget.value);
    if (chosen !== undefined) choose(chosen[0]);
  };
  return h(
    'label',
    { class: 'field' },
    h('span', { class: 'field-label' }, label),
    h(
      'select',
      { value, onChange: changed, disabled },
      choices.map(([each, words]) => h('option', { value: each, key: each }, words)),
    ),
  );
}
