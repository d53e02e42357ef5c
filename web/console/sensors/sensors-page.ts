import { h } from 'preact';
import type { ComponentChildren } from 'preact';
import type { NowAnswer } from '#contract/operator-now.ts';
import { useDesk } from '../frame/desk.ts';
import { goTo, hrefWith, usePlace } from '../frame/place.ts';
import { Card } from '../parts/card.ts';
import { Choice } from '../parts/choice.ts';
import { Heading } from '../parts/heading.ts';
import { Trouble as NoAnswer } from '../parts/trouble.ts';
import { useAsked } from '../parts/use-asked.ts';
import { gatewaysAnswer, sensorsAnswer, STATES } from '../wire/sensor-answers.ts';
import { GatewayTree } from './gateway-tree.ts';
import { sensorTexts } from './texts.ts';
import { TroubleRow } from './trouble-row.ts';
import { troublesOf } from './troubles.ts';
import type { Trouble } from './troubles.ts';

const SENSORS_EVERY_MS = 3_000;
const GATEWAYS_EVERY_MS = 10_000;

/** How far each sensor may be trusted: those that lie on top, then every gateway with its lines. */
export function SensorsPage({ now }: { readonly now: NowAnswer | undefined }): ComponentChildren {
  const { language, format } = useDesk();
  const texts = sensorTexts[language];
  const lot = usePlace().query.get('lot') ?? '';
  const sensors = useAsked('/api/v1/operator/sensors', sensorsAnswer, SENSORS_EVERY_MS);
  const gateways = useAsked('/api/v1/operator/gateways', gatewaysAnswer, GATEWAYS_EVERY_MS);
  if (sensors.value === undefined || gateways.value === undefined) {
    const trouble = sensors.trouble ?? gateways.trouble;
    return [h(Heading, { title: texts.title }), h(NoAnswer, { trouble })];
  }
  const all = sensors.value.sensors;
  const shown = lot === '' ? all : all.filter((sensor) => sensor.lot === lot);
  const troubles = troublesOf(shown, gateways.value.gateways);
  const counts = STATES.map(
    (state) => [state, shown.filter((sensor) => sensor.state === state).length] as const,
  ).filter(([, count]) => count > 0);
  const lots = (now?.lots ?? []).filter(({ sensedBays }) => sensedBays > 0);
  return [
    h(Heading, {
      title: texts.title,
      beside: counts
        .map(([state, count]) => `${texts.states[state]} ${format.count(count)}`)
        .join(' · '),
    }),
    h(
      Card,
      {
        title: texts.liars,
        beside: Choice({
          label: texts.lot,
          value: lot,
          choices: [
            ['', texts.everyLot],
            ...lots.map((each) => [each.lot, format.local(each.name)] as const),
          ],
          choose: (chosen) => goTo(hrefWith({ lot: chosen }), { replace: true }),
        }),
      },
      troubles.length === 0
        ? h('p', { class: 'calm' }, texts.allWell)
        : h(
            'ul',
            { class: 'plain rows' },
            troubles.map((trouble) => h(TroubleRow, { trouble, key: keyOf(trouble) })),
          ),
    ),
    h(
      Card,
      { title: texts.tree },
      gateways.value.gateways.map((gateway) =>
        h(GatewayTree, {
          gateway,
          sensors: shown.filter((sensor) => sensor.gateway === gateway.gateway),
          key: gateway.gateway,
        }),
      ),
    ),
  ];
}

const keyOf = (trouble: Trouble): string =>
  trouble.kind === 'sensor'
    ? trouble.sensor.sensor
    : `${trouble.kind} ${trouble.gateway} ${trouble.line}`;
