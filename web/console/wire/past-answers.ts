import { BAY_CLASSES } from '#contract/bay-class.ts';
import type {
  LotDayAnswer,
  OccupancyAnswer,
  OccupancyBucket,
  WeekAnswer,
  WeekCell,
} from '#contract/history.ts';
import type { BayId, LotId } from '#contract/ids.ts';
import { finite, flag, id, list, natural, nullable, oneOf, shape, text } from '../../wire/read.ts';
import type { Reader } from '../../wire/read.ts';

const sums = {
  occupancy: nullable(finite),
  coverage: finite,
  occupiedBaySeconds: finite,
  vacantBaySeconds: finite,
  observedBaySeconds: finite,
  unknownBaySeconds: finite,
  arrivals: natural,
  departures: natural,
};
const bucket: Reader<OccupancyBucket> = shape({ from: text, to: text, ...sums });
const weekCell: Reader<WeekCell> = shape({ weekday: natural, hour: natural, ...sums });

const head = {
  simulated: flag,
  from: text,
  to: text,
  timeZone: text,
  lots: list(id<LotId>()),
  bays: natural,
  privateBays: oneOf(['included', 'leftOut']),
};

export const occupancyAnswer: Reader<OccupancyAnswer> = shape({
  ...head,
  interval: oneOf(['15min', '30min', 'hour', 'day', 'week', 'month']),
  buckets: list(bucket),
});

/** Of the markets only on which days they are held. */
export const marketDaysAnswer: Reader<{
  readonly markets: readonly { readonly marketDays?: readonly number[] }[];
}> = shape({ markets: list(shape({}, { marketDays: list(natural) })) });

export const weekAnswer: Reader<WeekAnswer> = shape({ ...head, cells: list(weekCell) });

export const lotDayAnswer: Reader<LotDayAnswer> = shape({
  simulated: flag,
  lot: id<LotId>(),
  day: text,
  from: text,
  to: text,
  timeZone: text,
  bays: list(
    shape({
      bay: id<BayId>(),
      label: text,
      class: oneOf(BAY_CLASSES),
      zone: nullable(text),
      coverage: finite,
      stays: list(
        shape({
          arrivedAfter: text,
          arrivedBefore: text,
          departedAfter: nullable(text),
          departedBefore: nullable(text),
          bridged: flag,
          anomalous: flag,
          openLeft: flag,
        }),
      ),
      known: list(shape({ from: text, to: text, state: oneOf(['vacant', 'occupied']) })),
    }),
  ),
});
