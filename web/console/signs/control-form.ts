import { h } from 'preact';
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { OperatorSign } from '#contract/sign-answers.ts';
import { useDesk } from '../frame/desk.ts';
import { Choice } from '../parts/choice.ts';
import { Field } from '../parts/field.ts';
import { Refusal } from '../parts/refusal.ts';
import { useDeed } from '../parts/use-deed.ts';
import { SHOWN_WORDS, signControl } from '../wire/sign-answers.ts';
import { untilOf } from '../work/until.ts';
import type { UntilChoice } from '../work/until.ts';
import { controlFrom, untilsOf } from './control-draft.ts';
import type { ControlDraft } from './control-draft.ts';
import { signTexts } from './texts.ts';

interface ControlFormProperties {
  readonly sign: OperatorSign;
  readonly lotName: (lot: string) => string;
  readonly close: (hasChanged: boolean) => void;
}

/** A word on a sign, its test pattern, or how its digits are counted; always with an end. */
export function ControlForm({ sign, lotName, close }: ControlFormProperties): ComponentChildren {
  const { language, site, account, now } = useDesk();
  const texts = signTexts[language];
  const deed = useDeed();
  const { scope } = account;
  const own = sign.rows.flatMap(({ lot }, at) =>
    scope === 'site' || scope.includes(lot) ? [{ lot, row: at + 1 }] : [],
  );
  // Rows of others' lots are theirs: then one row at a time.
  const isAll = own.length === sign.rows.length;
  const [draft, setDraft] = useState<ControlDraft>({
    what: 'blank',
    row: isAll ? undefined : own[0]?.row,
    bays: '',
    minimum: '',
    maximum: '',
  });
  const [until, setUntil] = useState<UntilChoice>();
  const [reason, setReason] = useState('');
  const [isMissing, setMissing] = useState(false);
  const change = (more: Partial<ControlDraft>) => setDraft({ ...draft, ...more });
  const { what } = draft;
  const { choices, usual } = untilsOf(what);
  const holds = choices.find((choice) => choice === until) ?? usual;

  const send = async (event: SubmitEvent) => {
    event.preventDefault();
    const asked = controlFrom(draft);
    setMissing(asked === undefined);
    if (asked === undefined) return;
    const end = untilOf(holds, now(), site.timeZone);
    const body = {
      change: asked,
      // A test has the server's own short end.
      ...(choices.length > 0 && end !== null && { until: new Date(end).toISOString() }),
      ...(reason.trim() !== '' && { reason: reason.trim() }),
    };
    const path = `/api/v1/operator/signs/${sign.sign}/controls`;
    if ((await deed.run(path, signControl, { body })) !== undefined) close(true);
  };
  return h(
    'form',
    { class: 'form', onSubmit: (event: SubmitEvent) => void send(event) },
    Choice({
      label: texts.what,
      value: what,
      choices: [
        ...SHOWN_WORDS.map((word) => [word, texts.showWord(texts.words[word])] as const),
        ['offset', texts.offsetKind] as const,
        ['limits', texts.limitsKind] as const,
        ['test', texts.test] as const,
      ],
      choose: (chosen) => change({ what: chosen }),
    }),
    what !== 'test' &&
      sign.rows.length > 1 &&
      Choice({
        label: texts.which,
        value: String(draft.row ?? ''),
        choices: [
          ...(isAll ? [['', texts.everyRow] as const] : []),
          ...own.map(
            ({ lot, row }) => [String(row), `${texts.rowNo(row)} · ${lotName(lot)}`] as const,
          ),
        ],
        choose: (chosen) => change({ row: chosen === '' ? undefined : Number(chosen) }),
      }),
    what === 'offset' &&
      h(Field, {
        label: texts.bays,
        hint: texts.baysHint,
        kind: 'number',
        value: draft.bays,
        type: (bays) => change({ bays }),
      }),
    what === 'limits' && [
      h(Field, {
        label: texts.minimum,
        hint: texts.minimumHint,
        kind: 'number',
        value: draft.minimum,
        type: (minimum) => change({ minimum }),
      }),
      h(Field, {
        label: texts.maximum,
        hint: texts.maximumHint,
        kind: 'number',
        value: draft.maximum,
        type: (maximum) => change({ maximum }),
      }),
    ],
    choices.length === 0
      ? h('p', { class: 'faint' }, texts.testEnds)
      : Choice({
          label: texts.until,
          value: holds,
          choices: choices.map((each) => [each, texts.untils[each]] as const),
          choose: setUntil,
        }),
    h(Field, { label: texts.reason, value: reason, maxLength: 60, type: setReason }),
    h('div', { role: 'alert' }, isMissing && h('p', { class: 'trouble' }, texts.missing)),
    h(Refusal, { deed, words: texts.refused }),
    h(
      'div',
      { class: 'buttons' },
      h('button', { type: 'submit', class: 'strong', disabled: deed.isRunning }, texts.send),
      h('button', { type: 'button', onClick: () => close(false) }, texts.cancel),
    ),
  );
}
