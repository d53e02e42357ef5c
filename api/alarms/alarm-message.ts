import { createHash } from 'node:crypto';
import type { AlarmMessage, AlarmRecord } from '#contract/alarm-record.ts';
import { alarms } from '#contract/alarms.ts';
import type { LotId } from '#contract/ids.ts';
import { isoOf } from '#contract/time.ts';
import type { BookedAlarm } from './alarm-book.ts';

/** More travel as a number only: a receiver that shows them has the console beside it. */
const MOST_TOLD = 50;
const MOST_NAMED = 3;

export function alarmRecordOf(booked: BookedAlarm, lots: readonly LotId[] | null): AlarmRecord {
  const { no, alarm, gateway, subject, cause, since, clearedAt, acknowledged } = booked;
  const { severity, means, todo } = alarms[alarm];
  return {
    no,
    alarm,
    severity,
    gateway,
    subject,
    cause,
    lots: lots === null ? null : [...lots],
    since: isoOf(since),
    clearedAt: clearedAt === null ? null : isoOf(clearedAt),
    acknowledged: acknowledged && { ...acknowledged, at: isoOf(acknowledged.at) },
    means,
    todo,
  };
}

interface Digest {
  readonly type: AlarmMessage['type'];
  readonly site: string;
  readonly simulated: boolean;
  readonly raised: readonly BookedAlarm[];
  readonly cleared: readonly BookedAlarm[];
  readonly at: number;
}

/** One message of all that is to be told, and an id that stays while it is tried again. */
export function alarmMessageOf(digest: Digest): { readonly id: string; readonly body: string } {
  const { type, site, simulated, raised, cleared, at } = digest;
  const message: AlarmMessage = {
    type,
    site,
    simulated,
    at: isoOf(at),
    text: textOf(digest),
    raised: raised.slice(0, MOST_TOLD).map(toldOf),
    cleared: cleared.slice(0, MOST_TOLD).map(toldOf),
    left: Math.max(0, raised.length - MOST_TOLD) + Math.max(0, cleared.length - MOST_TOLD),
  };
  const what = JSON.stringify([
    type,
    site,
    raised.map(noOf),
    cleared.map(noOf),
    type === 'test' && at,
  ]);
  const id = `msg_${createHash('sha256').update(what).digest('hex').slice(0, 32)}`;
  return { id, body: JSON.stringify(message) };
}

const noOf = ({ no }: BookedAlarm): number => no;

function toldOf(booked: BookedAlarm): AlarmMessage['raised'][number] {
  const { acknowledged: _, lots: __, ...told } = alarmRecordOf(booked, null);
  return told;
}

function textOf({ type, site, simulated, raised, cleared }: Digest): string {
  if (type === 'test') return `${site}: a test message, nothing is wrong`;
  const named = raised
    .slice(0, MOST_NAMED)
    .map(({ alarm, gateway, subject, cause }) =>
      [
        alarm,
        [gateway, subject].filter((part) => part !== null && part !== '').join(' '),
        `(${cause})`,
      ]
        .filter((part) => part !== '')
        .join(' '),
    );
  const more = raised.length - named.length;
  const parts = [
    ...named,
    ...(more > 0 ? [`and ${more} more`] : []),
    ...(cleared.length > 0
      ? [
          `over: ${cleared
            .map(({ alarm, subject }) => `${alarm} ${subject}`.trim())
            .slice(0, MOST_NAMED)
            .join(', ')}`,
        ]
      : []),
  ];
  return `${site}${simulated ? ' (simulated)' : ''}: ${parts.join('; ')}`;
}
