import { h } from 'preact';
import type { ComponentChildren } from 'preact';
import { useDesk } from '../frame/desk.ts';
import type { SensorNow } from '../wire/sensor-answers.ts';
import { reasonTexts } from './reason-texts.ts';
import { sensorTexts } from './texts.ts';

/** Sensors with their counters; a table that is wider than the page scrolls by itself. */
export function SensorTable({
  sensors,
}: {
  readonly sensors: readonly SensorNow[];
}): ComponentChildren {
  const { language } = useDesk();
  const texts = sensorTexts[language];
  const columns = [
    texts.bay,
    texts.sensor,
    texts.state,
    texts.why,
    texts.sinceColumn,
    texts.frames,
    texts.misses,
    texts.broken,
    texts.resets,
    texts.supply,
    texts.temperature,
  ];
  return h(
    'div',
    { class: 'scrolls', tabIndex: 0, role: 'group', 'aria-label': texts.title },
    h(
      'table',
      { class: 'sensors' },
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          columns.map((label) => h('th', { scope: 'col', key: label }, label)),
        ),
      ),
      h(
        'tbody',
        {},
        sensors.map((sensor) => h(SensorRow, { sensor, key: sensor.sensor })),
      ),
    ),
  );
}

function SensorRow({ sensor }: { readonly sensor: SensorNow }): ComponentChildren {
  const { language, format } = useDesk();
  const texts = sensorTexts[language];
  const { counters, reasons, since, state } = sensor;
  const number = (value: number | null | undefined) =>
    h('td', { class: 'count' }, value == null ? '–' : format.count(value));
  return h(
    'tr',
    {},
    h('th', { scope: 'row' }, sensor.bay),
    h('td', {}, sensor.sensor),
    h('td', {}, texts.states[state]),
    h('td', {}, reasons.map((reason) => reasonTexts[language][reason] ?? reason).join(' · ')),
    h('td', {}, since === null ? '–' : format.moment(Date.parse(since))),
    number(counters?.frames),
    number(counters?.misses),
    number(counters?.crcErrors),
    number(counters?.resets),
    h(
      'td',
      { class: 'count' },
      counters?.supplyMv == null ? '–' : `${(counters.supplyMv / 1_000).toFixed(2)} V`,
    ),
    h(
      'td',
      { class: 'count' },
      counters?.temperatureC == null ? '–' : `${counters.temperatureC.toFixed(1)} °C`,
    ),
  );
}
