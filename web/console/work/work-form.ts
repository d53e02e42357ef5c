import { h } from 'preact';
import type { ComponentChildren } from 'preact';
import { useId, useState } from 'preact/hooks';
import type { LotAnswer } from '#contract/http.ts';
import type { SiteOverlay } from '#contract/site-overlay.ts';
import { useDesk } from '../frame/desk.ts';
import { dayAfter, dayOf, dayStartOf } from '../local-day.ts';
import { Choice } from '../parts/choice.ts';
import { Field } from '../parts/field.ts';
import { Refusal } from '../parts/refusal.ts';
import { useAsked } from '../parts/use-asked.ts';
import { useDeed } from '../parts/use-deed.ts';
import { overlay, paintedBays } from '../wire/work-answers.ts';
import { changeOf } from './change-of.ts';
import type { Draft } from './change-of.ts';
import { isOfBay, WORK_KINDS } from './kinds.ts';
import { PricePreview } from './price-preview.ts';
import { TariffFields } from './tariff-fields.ts';
import { draftOf } from './tariff-draft.ts';
import { workTexts } from './texts.ts';
import { UNTIL_CHOICES, untilOf } from './until.ts';
import type { UntilChoice } from './until.ts';

interface WorkFormProperties {
  readonly lots: readonly LotAnswer[];
  readonly laid: (overlay: SiteOverlay) => void;
}

/** Nobody corrects a bay for longer: then it is its sensor's word again. */
const SHORT: readonly UntilChoice[] = ['hour', 'hours4', 'midnight', 'day'];

/** One piece of work at a time: what, where, until when, why. */
export function WorkForm({ lots, laid }: WorkFormProperties): ComponentChildren {
  const { language, site, format, now } = useDesk();
  const texts = workTexts[language];
  const [draft, setDraft] = useState((): Draft =>
    firstDraft(lots, dayOf(now(), site.timeZone), site.currency),
  );
  const [until, setUntil] = useState<UntilChoice>('hours4');
  const [reason, setReason] = useState('');
  const [isMissing, setMissing] = useState(false);
  const deed = useDeed();
  const change = (more: Partial<Draft>) => setDraft({ ...draft, ...more });
  const lot = lots.find((each) => each.lot === draft.lot);
  const { kind } = draft;
  const ofBay = isOfBay(kind);
  const bays = useAsked(
    ofBay && lot ? `/api/v1/bays?lot=${lot.lot}` : undefined,
    paintedBays,
    undefined,
  );
  const untils = kind === 'bayState' ? SHORT : UNTIL_CHOICES;
  const holds = untils.includes(until) ? until : 'hours4';

  const send = async (event: SubmitEvent) => {
    event.preventDefault();
    const what = lot && changeOf(draft, lot, site);
    setMissing(what === undefined);
    if (what === undefined) return;
    const { timeZone } = site;
    const end = untilOf(holds, now(), timeZone);
    const span =
      kind === 'lotHours'
        ? {
            from: new Date(dayStartOf(draft.day, timeZone)).toISOString(),
            until: new Date(dayStartOf(dayAfter(draft.day), timeZone)).toISOString(),
          }
        : { until: end === null ? null : new Date(end).toISOString() };
    const body = { change: what, ...span, ...(reason.trim() !== '' && { reason: reason.trim() }) };
    const made = await deed.run('/api/v1/operator/site/overlays', overlay, { body });
    if (made !== undefined) laid(made);
  };

  return h(
    'form',
    { class: 'form', onSubmit: (event: SubmitEvent) => void send(event) },
    Choice({
      label: texts.what,
      value: kind,
      choices: WORK_KINDS.map((each) => [each, texts.kinds[each]] as const),
      choose: (chosen) => change({ kind: chosen }),
    }),
    Choice({
      label: texts.lot,
      value: draft.lot,
      choices: lots.map((each) => [each.lot as string, format.local(each.name)] as const),
      choose: (chosen) =>
        change({ lot: chosen, bay: '', ...tariffOf(lots, chosen, site.currency) }),
    }),
    ofBay &&
      Choice({
        label: texts.bay,
        value: draft.bay,
        choices: [
          ['', '–'],
          ...(bays.value ?? []).map(
            ({ bay, label }) => [bay as string, `${label} · ${bay}`] as const,
          ),
        ],
        choose: (chosen) => change({ bay: chosen }),
      }),
    kind === 'bayState' &&
      Choice({
        label: texts.state,
        value: draft.state,
        choices: (['vacant', 'occupied'] as const).map(
          (each) => [each, texts.states[each]] as const,
        ),
        choose: (state) => change({ state }),
      }),
    kind === 'lotHours' && h(HoursFields, { draft, change }),
    kind === 'lotTariff' &&
      lot && [
        h(TariffFields, { draft: draft.tariff, change: (tariff) => change({ tariff }) }),
        h(PricePreview, { before: lot.tariff, draft: draft.tariff }),
      ],
    kind === 'lotNotice' &&
      site.languages.map((each) =>
        h(Field, {
          key: each,
          label: texts.notice(each),
          value: draft.notice[each] ?? '',
          maxLength: 200,
          type: (words) => change({ notice: { ...draft.notice, [each]: words } }),
        }),
      ),
    kind !== 'lotHours' &&
      Choice({
        label: texts.until,
        value: holds,
        choices: untils.map((each) => [each, texts.untils[each]] as const),
        choose: setUntil,
      }),
    h(Field, {
      label: texts.reason,
      hint: texts.reasonHint,
      value: reason,
      maxLength: 60,
      type: setReason,
    }),
    h('div', { role: 'alert' }, isMissing && h('p', { class: 'trouble' }, texts.missing)),
    h(Refusal, { deed, words: texts.refused }),
    h(
      'div',
      { class: 'buttons' },
      h(
        'button',
        { type: 'submit', class: 'strong', disabled: deed.isRunning },
        deed.isRunning ? texts.sending : texts.send,
      ),
    ),
  );
}

function HoursFields({
  draft,
  change,
}: {
  readonly draft: Draft;
  readonly change: (more: Partial<Draft>) => void;
}): ComponentChildren {
  const { language } = useDesk();
  const texts = workTexts[language];
  const id = useId();
  return [
    h(Field, { label: texts.day, kind: 'date', value: draft.day, type: (day) => change({ day }) }),
    h(
      'div',
      { class: 'check' },
      h('input', {
        id,
        type: 'checkbox',
        checked: draft.isClosed,
        onChange: ({ currentTarget }: { readonly currentTarget: HTMLInputElement }) =>
          change({ isClosed: currentTarget.checked }),
      }),
      h('label', { for: id }, texts.closedAllDay),
    ),
    !draft.isClosed && [
      h(Field, {
        label: texts.opens,
        kind: 'time',
        value: draft.opens,
        type: (opens) => change({ opens }),
      }),
      h(Field, {
        label: texts.closes,
        kind: 'time',
        value: draft.closes,
        type: (closes) => change({ closes }),
      }),
    ],
  ];
}

function tariffOf(
  lots: readonly LotAnswer[],
  lot: string,
  currency: string,
): Pick<Draft, 'tariff' | 'notice'> {
  const found = lots.find((each) => each.lot === lot);
  return {
    tariff: draftOf(found?.tariff ?? { kind: 'unknown' }, currency),
    notice: found?.notice ?? {},
  };
}

function firstDraft(lots: readonly LotAnswer[], day: string, currency: string): Draft {
  const lot = lots[0]?.lot ?? '';
  return {
    kind: 'bayOutOfService',
    lot,
    bay: '',
    state: 'vacant',
    day,
    isClosed: false,
    opens: '09:00',
    closes: '18:00',
    ...tariffOf(lots, lot, currency),
  };
}
