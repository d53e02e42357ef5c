import type { AccountAnswer } from '#contract/access.ts';
import type { HealthReason } from '#contract/health.ts';
import type { BayId, GatewayId, LineId, LotId } from '#contract/ids.ts';
import type { CurvesAnswer, LotNow, NowAnswer, UnknownBays } from '#contract/operator-now.ts';
import type { ConsoleInput } from '#contract/page.ts';
import { UNKNOWN_CAUSES } from '#contract/unknown-cause.ts';
import { siteAnswer } from '../../wire/answers.ts';
import {
  dictionary,
  finite,
  flag,
  id,
  list,
  natural,
  nullable,
  oneOf,
  shape,
  text,
} from '../../wire/read.ts';
import type { Reader } from '../../wire/read.ts';

const scope: Reader<AccountAnswer['scope']> = (value) =>
  value === 'site' ? 'site' : list(id<LotId>())(value);

const account: Reader<AccountAnswer> = shape({
  name: text,
  kind: oneOf(['user', 'token', 'bootstrap']),
  role: oneOf(['viewer', 'operator', 'admin']),
  scope,
  mustChangePassword: flag,
});

/** What the server wrote into the document. */
export const consoleInput: Reader<ConsoleInput> = shape({
  language: text,
  site: siteAnswer,
  account,
});

const lotNow: Reader<LotNow> = shape({
  lot: id<LotId>(),
  name: dictionary(text),
  capacity: natural,
  sensedBays: natural,
  closedBays: natural,
  outOfService: flag,
  vacant: natural,
  occupied: natural,
  unknown: natural,
  pressure: nullable(finite),
  fullSince: nullable(text),
  observedAt: nullable(text),
});

const unknownBays: Reader<UnknownBays> = shape({
  lot: id<LotId>(),
  cause: oneOf(UNKNOWN_CAUSES),
  gateway: nullable(id<GatewayId>()),
  line: nullable(id<LineId>()),
  // A reason that this page has no words for is shown as it is.
  reason: nullable(text as Reader<HealthReason>),
  bays: list(id<BayId>()),
  since: nullable(text),
});

export const nowAnswer: Reader<NowAnswer> = shape({
  simulated: flag,
  at: text,
  lots: list(lotNow),
  unknown: list(unknownBays),
  alarms: shape({ critical: natural, warning: natural, unacknowledged: natural }),
});

export const curvesAnswer: Reader<CurvesAnswer> = shape({
  simulated: flag,
  at: text,
  from: text,
  lots: list(shape({ lot: id<LotId>(), occupancy: list(nullable(finite)) })),
});
