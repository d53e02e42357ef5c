import * as z from 'zod';
import { AlarmName } from './alarms.ts';
import { GatewayId, LotId } from './ids.ts';
import { IsoInstant } from './time.ts';

/** What somebody said of an alarm: they know of it. It stays until its cause is gone. */
export const AlarmNote = z
  .string()
  .trim()
  .max(300)
  .regex(/^[^\p{Cc}]*$/u, 'expected no control characters');

export const AlarmAcknowledgement = z.strictObject({ note: AlarmNote.default('') });

/** One alarm from its beginning to its end, as it is kept. */
export const AlarmRecord = z.object({
  no: z.int().positive().describe('its number, for ever'),
  alarm: AlarmName,
  severity: z.enum(['critical', 'warning']),
  gateway: GatewayId.nullable().describe('who told of it, or whose it is; null: the api itself'),
  subject: z.string().describe('what it is about, e.g. a line; empty: the whole process'),
  cause: z.string().describe('as last found'),
  lots: z.array(LotId).nullable().describe('whose lots it touches; null: the whole site'),
  since: IsoInstant,
  clearedAt: IsoInstant.nullable().describe('null: it holds'),
  acknowledged: z
    .object({ by: z.string(), at: IsoInstant, note: z.string() })
    .nullable()
    .describe('the last who said that they know of it'),
  means: z.string(),
  todo: z.string(),
});
export type AlarmRecord = z.infer<typeof AlarmRecord>;

/** How alarms leave the console; null where no address is configured. */
export const AlarmOutlet = z.object({
  /** Without what may be secret in it: scheme and host alone. */
  to: z.string(),
  quietHours: z.string().nullable().describe('HH:MM-HH:MM at the site; then critical ones only'),
  lastDeliveredAt: IsoInstant.nullable(),
  failing: z
    .object({ since: IsoInstant, tries: z.int().positive(), reason: z.string() })
    .nullable(),
  waiting: z.int().nonnegative().describe('changes that are not told yet'),
  givenUp: z.int().nonnegative().describe('messages since the start that nobody took'),
});
export type AlarmOutlet = z.infer<typeof AlarmOutlet>;

export const AlarmBookAnswer = z.object({
  simulated: z.boolean(),
  at: IsoInstant,
  /** Those that hold: the worst first, then the oldest. */
  holding: z.array(AlarmRecord),
  /** Those that are over, the newest first, as many as were asked for. */
  over: z.array(AlarmRecord),
  outlet: AlarmOutlet.nullable(),
});
export type AlarmBookAnswer = z.infer<typeof AlarmBookAnswer>;

/** What came of a test message. */
export const AlarmTestAnswer = z.object({
  delivered: z.boolean(),
  detail: z.string().describe('the status that the receiver gave, or why there was none'),
});
export type AlarmTestAnswer = z.infer<typeof AlarmTestAnswer>;

/**
 * What a receiver gets, signed as Standard Webhooks 1.0 (standardwebhooks.com): headers `webhook-id`,
 * `webhook-timestamp` (seconds) and `webhook-signature` = `v1,` + base64 of HMAC-SHA256 over
 * `id.timestamp.body`. The same id may come more than once: a receiver takes it once.
 */
export const AlarmMessage = z.object({
  type: z.enum(['alarms', 'test']),
  site: z.string(),
  simulated: z.boolean(),
  at: IsoInstant,
  /** One line for people. */
  text: z.string(),
  raised: z.array(z.lazy(() => ToldAlarmRecord)),
  cleared: z.array(z.lazy(() => ToldAlarmRecord)),
  /** More of them than travel in one message. */
  left: z.int().nonnegative(),
});
export type AlarmMessage = z.infer<typeof AlarmMessage>;

const ToldAlarmRecord = AlarmRecord.omit({ acknowledged: true, lots: true });
