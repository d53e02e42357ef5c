import type {
  AlarmBookAnswer,
  AlarmOutlet,
  AlarmRecord,
  AlarmTestAnswer,
} from '#contract/alarm-record.ts';
import type { AlarmName } from '#contract/alarms.ts';
import type { GatewayId, LotId } from '#contract/ids.ts';
import { flag, id, list, natural, nullable, oneOf, shape, text } from '../../wire/read.ts';
import type { Reader } from '../../wire/read.ts';

export const alarmRecord: Reader<AlarmRecord> = shape({
  no: natural,
  // One that this page has no words for is shown in the server's.
  alarm: text as Reader<AlarmName>,
  severity: oneOf(['critical', 'warning']),
  gateway: nullable(id<GatewayId>()),
  subject: text,
  cause: text,
  lots: nullable(list(id<LotId>())),
  since: text,
  clearedAt: nullable(text),
  acknowledged: nullable(shape({ by: text, at: text, note: text })),
  means: text,
  todo: text,
});

const outlet: Reader<AlarmOutlet> = shape({
  to: text,
  quietHours: nullable(text),
  lastDeliveredAt: nullable(text),
  failing: nullable(shape({ since: text, tries: natural, reason: text })),
  waiting: natural,
  givenUp: natural,
});

export const alarmBookAnswer: Reader<AlarmBookAnswer> = shape({
  simulated: flag,
  at: text,
  holding: list(alarmRecord),
  over: list(alarmRecord),
  outlet: nullable(outlet),
});

export const alarmTestAnswer: Reader<AlarmTestAnswer> = shape({ delivered: flag, detail: text });
