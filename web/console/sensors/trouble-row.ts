import { h } from 'preact';
import type { ComponentChildren } from 'preact';
import { useId, useState } from 'preact/hooks';
import { useDesk } from '../frame/desk.ts';
import type { ConsoleFormat } from '../format.ts';
import type { SensorNow } from '../wire/sensor-answers.ts';
import { reasonTexts } from './reason-texts.ts';
import { SensorTable } from './sensor-table.ts';
import { sensorTexts } from './texts.ts';
import type { SensorTexts } from './texts.ts';
import { Trend } from './trend.ts';
import type { Trouble } from './troubles.ts';

/** One thing to look at: what, why, since when; and, opened, what its counters say. */
export function TroubleRow({ trouble }: { readonly trouble: Trouble }): ComponentChildren {
  const { language, format, now } = useDesk();
  const texts = sensorTexts[language];
  const [isOpen, setOpen] = useState(false);
  const id = useId();
  const what = whatOf(trouble, texts);
  const isBad = trouble.kind !== 'sensor' || trouble.sensor.state !== 'degraded';
  return h(
    'li',
    { class: 'trouble-row' },
    h(
      'div',
      { class: `row-text mark ${isBad ? 'mark-critical' : 'mark-warning'}` },
      h('strong', {}, what),
      h('span', { class: 'row-why' }, whyOf(trouble, texts, language)),
      h('span', { class: 'row-why' }, sinceOf(trouble, texts, format, now())),
    ),
    h(
      'button',
      {
        type: 'button',
        'aria-expanded': isOpen,
        'aria-controls': id,
        'aria-label': isOpen ? undefined : texts.detailsOf(what),
        onClick: () => setOpen(!isOpen),
      },
      isOpen ? texts.less : texts.details,
    ),
    h('div', { class: 'row-inside', id, hidden: !isOpen }, isOpen && h(Inside, { trouble })),
  );
}

function Inside({ trouble }: { readonly trouble: Trouble }): ComponentChildren {
  const sensors = sensorsOf(trouble);
  return [
    h(SensorTable, { sensors }),
    trouble.kind === 'sensor' && h(Trend, { sensor: trouble.sensor.sensor }),
  ];
}

const sensorsOf = (trouble: Trouble): readonly SensorNow[] =>
  trouble.kind === 'sensor' ? [trouble.sensor] : trouble.sensors;

function whatOf(trouble: Trouble, texts: SensorTexts): string {
  switch (trouble.kind) {
    case 'sensor':
      return trouble.sensor.bay;
    case 'line':
      return texts.lineSilent(`${trouble.gateway} · ${trouble.line}`, trouble.sensors.length);
    case 'gateway':
      return texts.gatewaySilent(trouble.gateway, trouble.sensors.length);
  }
}

function whyOf(trouble: Trouble, texts: SensorTexts, language: 'ko' | 'en'): string {
  if (trouble.kind === 'line') return texts.lookThere;
  if (trouble.kind === 'gateway') return texts.lookAtGateway;
  const { state, reasons } = trouble.sensor;
  const words = reasons.map((reason) => reasonTexts[language][reason] ?? reason);
  return [trouble.isLie ? texts.lie : texts.states[state], ...words].join(' · ');
}

function sinceOf(
  trouble: Trouble,
  texts: SensorTexts,
  format: ConsoleFormat,
  now: number,
): string | false {
  const known = sensorsOf(trouble).flatMap(({ since }) =>
    since === null ? [] : [Date.parse(since)],
  );
  if (known.length === 0) return false;
  const since = Math.min(...known);
  return texts.since(format.moment(since), format.duration(now - since));
}
