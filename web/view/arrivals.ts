import { ARRIVALS } from '../lots/trip.ts';
import type { PageModel } from '../page/model.ts';
import { h } from './node.ts';
import type { ViewElement } from './node.ts';

/** When the driver arrives, in one tap, and what they drive. Links, so that they work by themselves. */
export function arrivalsView(model: PageModel): ViewElement {
  const { texts, trip, market, language, connection, hidden } = model;
  const own = !ARRIVALS.some((each) => each === trip.arriveInMinutes);
  const set = trip.driver.traits.length > 0 || trip.driver.heightMm !== undefined;
  return h(
    'div',
    { class: 'asked' },
    h(
      'nav',
      { class: 'arrivals', 'aria-label': texts.arrival },
      ARRIVALS.map((minutes) =>
        h(
          'a',
          {
            class: 'chip',
            href: `${market ? `/m/${market.market}` : '/'}?lang=${language}&in=${minutes}`,
            'data-arrive': minutes,
            'aria-current': minutes === trip.arriveInMinutes ? 'true' : undefined,
          },
          texts.arriveIn(minutes),
        ),
      ),
      h(
        'button',
        {
          type: 'button',
          class: 'chip scripted',
          'data-act': 'locate',
          'aria-pressed': own ? 'true' : 'false',
          disabled: connection.kind === 'static',
        },
        own ? texts.arriveIn(trip.arriveInMinutes) : texts.fromHere,
      ),
    ),
    h(
      'button',
      {
        type: 'button',
        class: `chip scripted${set || hidden > 0 ? ' chip-set' : ''}`,
        'data-act': 'car',
        'aria-haspopup': 'dialog',
        disabled: connection.kind === 'static',
      },
      texts.myCar,
    ),
  );
}
