import { BAY_CLASSES } from '#contract/bay-class.ts';
import type { BayId, LotId } from '#contract/ids.ts';
import type { Channel, LiveMessage } from '#contract/live.ts';
import {
  dictionary,
  flag,
  id,
  list,
  natural,
  nullable,
  oneOf,
  only,
  parsedJson,
  shape,
  text,
} from './read.ts';
import type { Reader } from './read.ts';

export const classCount = shape({
  class: oneOf(BAY_CLASSES),
  vacant: natural,
  occupied: natural,
  unknown: natural,
});

const lotLive = shape({
  lot: id<LotId>(),
  counts: list(classCount),
  observedAt: nullable(natural),
  fact: nullable(
    shape(
      {
        source: oneOf(['counter', 'attendant', 'feed']),
        sensedAt: natural,
        validUntil: natural,
      },
      { vacant: natural, band: oneOf(['plenty', 'few', 'full']) },
    ),
  ),
});

const bayLive = shape(
  {
    bay: id<BayId>(),
    state: oneOf(['vacant', 'occupied', 'unknown']),
    since: natural,
  },
  { closed: only(true) },
);

const head = { stream: text, channel: id<Channel>(), seq: natural, at: natural };
const body = { lots: list(lotLive), bays: list(bayLive) };

const snapshot = shape({ type: oneOf(['snapshot']), ...head, simulated: flag }, body);
const delta = shape({ type: oneOf(['delta']), ...head }, body);
const beat = shape({
  type: oneOf(['beat']),
  stream: text,
  at: natural,
  site: text,
  observedAt: dictionary(nullable(natural)),
});
const kind = shape({ type: oneOf(['snapshot', 'delta', 'beat']) });
const readers: Readonly<Record<LiveMessage['type'], Reader<LiveMessage>>> = {
  snapshot,
  delta,
  beat,
};

/** One frame of the live protocol; undefined: not one that this page understands. */
export function parseLiveMessage(frame: string): LiveMessage | undefined {
  return parsedJson((value) => readers[kind(value).type](value), frame);
}
