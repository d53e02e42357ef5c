import { h } from 'preact';
import type { ComponentChildren } from 'preact';
import { useId, useRef, useState } from 'preact/hooks';
import type { AlarmRecord } from '#contract/alarm-record.ts';
import { useDesk } from '../frame/desk.ts';
import { Refusal } from '../parts/refusal.ts';
import { useDeed } from '../parts/use-deed.ts';
import { alarmRecord } from '../wire/alarm-answers.ts';
import { alarmTexts } from './alarm-texts.ts';
import { alarmNameOf } from './alarm-name.ts';
import { causeIn } from './cause-texts.ts';
import { alarmPageTexts } from './texts.ts';

interface HoldingAlarmProperties {
  readonly alarm: AlarmRecord;
  /** Called when something of it has changed. */
  readonly done: () => void;
}

/** An alarm that holds, and the way to say that one knows of it. */
export function HoldingAlarm({ alarm, done }: HoldingAlarmProperties): ComponentChildren {
  const { language, format, now, mayWork } = useDesk();
  const texts = alarmPageTexts[language];
  const [isOpen, setOpen] = useState(false);
  const { name, where } = alarmNameOf(alarm, language);
  const what = where === '' ? name : `${name}: ${where}`;
  const since = Date.parse(alarm.since);
  const { acknowledged } = alarm;
  return h(
    'li',
    { class: 'trouble-row', 'aria-label': what },
    h(
      'div',
      { class: `row-text mark mark-${alarm.severity}` },
      h('strong', {}, `${texts.severities[alarm.severity]} · ${what}`),
      h(
        'span',
        { class: 'row-why' },
        texts.since(format.moment(since), format.duration(now() - since)),
      ),
      h('span', { class: 'row-why' }, `${texts.cause}: ${causeIn(language, alarm.cause)}`),
      h(
        'span',
        { class: 'row-why' },
        `${texts.todo}: ${alarmTexts[language][alarm.alarm]?.todo ?? alarm.todo}`,
      ),
      acknowledged !== null &&
        h(
          'span',
          { class: 'row-known' },
          texts.acknowledged(acknowledged.by, format.moment(Date.parse(acknowledged.at))),
          acknowledged.note !== '' && ` · ${acknowledged.note}`,
        ),
    ),
    mayWork &&
      !isOpen &&
      h(
        'button',
        {
          type: 'button',
          'aria-label': texts.acknowledgeWhat(what),
          onClick: () => setOpen(true),
        },
        texts.acknowledge,
      ),
    isOpen &&
      h(Acknowledge, {
        alarm,
        end: (hasChanged) => {
          setOpen(false);
          if (hasChanged) done();
        },
      }),
  );
}

function Acknowledge({
  alarm,
  end,
}: {
  readonly alarm: AlarmRecord;
  readonly end: (hasChanged: boolean) => void;
}): ComponentChildren {
  const { language } = useDesk();
  const texts = alarmPageTexts[language];
  const deed = useDeed();
  const note = useRef<HTMLInputElement>(null);
  const hint = useId();
  const send = async (event: SubmitEvent) => {
    event.preventDefault();
    const path = `/api/v1/operator/alarms/${alarm.no}/acknowledge`;
    const done = await deed.run(path, alarmRecord, { body: { note: note.current?.value ?? '' } });
    if (done !== undefined) end(true);
  };
  return h(
    'form',
    { class: 'row-inside form', onSubmit: (event: SubmitEvent) => void send(event) },
    h(
      'label',
      { class: 'field-block' },
      h('span', {}, texts.note),
      h('input', {
        ref: note,
        maxLength: 300,
        autoFocus: true,
        'aria-describedby': hint,
        defaultValue: alarm.acknowledged?.note ?? '',
      }),
    ),
    h('p', { class: 'faint', id: hint }, texts.noteHint),
    h(Refusal, { deed, words: texts.refused }),
    h(
      'div',
      { class: 'buttons' },
      h('button', { type: 'submit', class: 'strong', disabled: deed.isRunning }, texts.send),
      h('button', { type: 'button', onClick: () => end(false) }, texts.cancel),
    ),
  );
}
