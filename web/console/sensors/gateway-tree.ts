import { h } from 'preact';
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { LineStatus } from '#contract/messages.ts';
import { useDesk } from '../frame/desk.ts';
import type { GatewayNow, SensorNow } from '../wire/sensor-answers.ts';
import { SensorTable } from './sensor-table.ts';
import { sensorTexts } from './texts.ts';

/** `line-10` comes after `line-9`. */
const inOrder = new Intl.Collator('en', { numeric: true });

interface GatewayTreeProperties {
  readonly gateway: GatewayNow;
  readonly sensors: readonly SensorNow[];
}

/** A gateway, its lines, and behind each line its sensors. */
export function GatewayTree({ gateway, sensors }: GatewayTreeProperties): ComponentChildren {
  const { language, format } = useDesk();
  const texts = sensorTexts[language];
  const { last, state, heardAt } = gateway;
  if (sensors.length === 0) return null;
  const lines = [...new Set(sensors.map(({ line }) => line))].toSorted(inOrder.compare);
  return h(
    'section',
    { class: 'gateway', 'aria-label': gateway.gateway },
    h('h3', {}, gateway.gateway),
    h(
      'p',
      { class: 'row-why' },
      [
        texts.gatewayStates[state],
        state === 'online' && last
          ? texts.online(last.software, format.moment(last.startedAt))
          : heardAt !== null && format.moment(Date.parse(heardAt)),
        last !== null && last.unsettled > 0 && texts.unsettled(last.unsettled),
      ]
        .filter((part) => part !== false)
        .join(' · '),
    ),
    lines.map((line) =>
      h(LineFold, {
        line,
        status: state === 'online' ? last?.lines.find((each) => each.line === line) : undefined,
        sensors: sensors.filter((sensor) => sensor.line === line),
        key: line,
      }),
    ),
  );
}

interface LineFoldProperties {
  readonly line: string;
  readonly status: LineStatus | undefined;
  readonly sensors: readonly SensorNow[];
}

function LineFold({ line, status, sensors }: LineFoldProperties): ComponentChildren {
  const { language } = useDesk();
  const texts = sensorTexts[language];
  const [isOpen, setOpen] = useState(false);
  const bad = sensors.filter(({ state }) => state !== 'ok' && state !== 'maintenance');
  const frames = (status?.framesHeard ?? 0) + (status?.framesBad ?? 0);
  const parts = status
    ? [
        texts.lineStates[status.state],
        texts.answering(status.answering, status.sensors),
        frames > 0 && status.framesBad > 0
          ? texts.badFrames(`${((100 * status.framesBad) / frames).toFixed(2)} %`)
          : '',
      ]
    : [texts.notTold];
  return h(
    'details',
    {
      class: 'line',
      onToggle: ({ currentTarget }: { readonly currentTarget: HTMLDetailsElement }) =>
        setOpen(currentTarget.open),
    },
    h(
      'summary',
      {},
      h('strong', {}, line),
      ' ',
      parts.filter((part) => part !== '').join(' · '),
      bad.length > 0 && [' ', h('span', { class: 'tag tag-critical' }, texts.bad(bad.length))],
    ),
    isOpen &&
      status &&
      h(
        'p',
        { class: 'faint' },
        texts.lineCounters(
          status.timeouts,
          status.lateAnswers,
          status.retries,
          Math.max(0, status.reopened),
        ),
      ),
    isOpen && h(SensorTable, { sensors }),
  );
}
