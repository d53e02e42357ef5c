import * as z from 'zod';

/**
 * Every alarm of the system itself: what must hold for how long, how bad it is, and what to do. The
 * processes that raise them, /metrics and docs/operations.md read this one table.
 */
export const alarms = {
  log_failing: {
    by: 'api',
    severity: 'critical',
    afterMs: 0,
    means: 'the event log cannot be written; live goes on, nothing is acknowledged, gateways keep',
    todo: 'free the disk, or mend it: the cause has the words of the disk; it recovers by itself',
  },
  ingest_stalled: {
    by: 'api',
    severity: 'critical',
    afterMs: 10_000,
    means: 'messages of gateways wait and none is taken',
    todo: 'restart the api and keep its log; nothing is lost, the gateways send again',
  },
  broker_away: {
    by: 'api',
    severity: 'critical',
    afterMs: 10_000,
    means: 'the api is not connected to the broker: every bay becomes unknown',
    todo: 'look whether the broker runs, and at `mqtt.link.failed` in the log for the reason',
  },
  gateway_silent: {
    by: 'api',
    severity: 'critical',
    afterMs: 60_000,
    means: 'a gateway has said goodbye, was never heard, or has said nothing for 90 s',
    todo: 'look at its power and network; what it saw meanwhile arrives when it is back',
  },
  gateway_quarantined: {
    by: 'api',
    severity: 'critical',
    afterMs: 0,
    means: 'a gateway is not believed: its bays change as no cars do, or two speak under its name',
    todo: 'give it a new secret (`gateway rotate`), look at who else had the old one, and at its line',
  },
  line_fault: {
    by: 'api',
    severity: 'critical',
    afterMs: 20_000,
    means: 'most sensors of a line are silent at once: its bays are unknown',
    todo: 'look at the adapter and the cable, not at single sensors; /console/sensors says which',
  },
  sensor_faulty: {
    by: 'api',
    severity: 'warning',
    afterMs: 60_000,
    means: 'a sensor lies or is broken: somebody must go there',
    todo: '/console/sensors says why; take its bay out of service if it cannot be mended soon',
  },
  clock_skew: {
    by: 'api',
    severity: 'warning',
    afterMs: 60_000,
    means: "a gateway's clock is more than 10 s from the api's",
    todo: 'let chrony run on both (`chronyc tracking`); the times it stamped stay as they are',
  },
  dead_letters: {
    by: 'api',
    severity: 'warning',
    afterMs: 0,
    means: 'records were refused within the last 10 minutes and kept beside the log',
    todo: '`npm run admin -- dead-letters list` says of which gateway they are, and why',
  },
  events_lost: {
    by: 'api',
    severity: 'critical',
    afterMs: 0,
    means: 'within the last hour a gateway no longer had records that were never settled: a gap',
    todo: 'look at `ingest.events.lost`; give the journal more room, or mend the link sooner',
  },
  view_behind: {
    by: 'api',
    severity: 'warning',
    afterMs: 60_000,
    means: 'history is more than 5,000 records behind the log, or its view cannot be used',
    todo: 'wait while it is rebuilt; else `npm run admin -- rebuild`; nothing of the log is at risk',
  },
  certificate_expiring: {
    by: 'api, broker',
    severity: 'warning',
    afterMs: 0,
    means: 'a watched certificate ends within 21 days, has ended, or cannot be read',
    todo: 'renew it: see docs/operations.md, "Certificates"',
  },
  disk_low: {
    by: 'api, gateway',
    severity: 'warning',
    afterMs: 0,
    means:
      'the disk of the data folder has less than 5 % or less than 2 GiB free, whichever is less',
    todo: 'make room before it is full: old backups and logs of other programs first',
  },
  journal_filling: {
    by: 'gateway',
    severity: 'warning',
    afterMs: 0,
    means:
      'unsettled records fill more than 80 % of what the journal may have; the oldest go at 100 %',
    todo: 'bring the link or the api back, or raise `journalMaxBytes`',
  },
  journal_unwritable: {
    by: 'gateway',
    severity: 'critical',
    afterMs: 0,
    means: 'the disk is full: events wait in memory, 50,000 at most, and are lost by a restart',
    todo: 'make room; it recovers by itself. Do not restart the gateway before',
  },
  clock_untrusted: {
    by: 'gateway',
    severity: 'critical',
    afterMs: 10_000,
    means: 'its clock is before its build date or 5 minutes from the api: events are held back',
    todo: 'let chrony run on the gateway; a board without a battery clock needs the network first',
  },
  line_stalled: {
    by: 'gateway',
    severity: 'critical',
    afterMs: 0,
    means: 'a line is open and asked, and for 60 s not even a timeout was counted',
    todo: 'restart the gateway and keep its log; unplug and plug the adapter',
  },
  connections_refused: {
    by: 'broker',
    severity: 'warning',
    afterMs: 10_000,
    means: 'within the last minute the broker turned away more than 20 connections or logins',
    todo: '`broker.client.refused` has reason and address: a gateway with an old secret, or a guesser to lock out',
  },
  client_throttled: {
    by: 'broker',
    severity: 'warning',
    afterMs: 10_000,
    means:
      'within the last minute messages of a client had to wait, or it was cut off for its haste',
    todo: 'see what it sends; raise `publishPerS` if it is right to; one that floods delays itself alone',
  },
  client_cloned: {
    by: 'broker',
    severity: 'critical',
    afterMs: 0,
    means:
      'two clients under one name took the session from each other: it is shut out for a minute',
    todo: 'its secret is in two hands: give it a new one (`gateway rotate`)',
  },
} as const satisfies Record<string, AlarmKind>;

interface AlarmKind {
  /** Who finds it. */
  readonly by: 'api' | 'broker' | 'gateway' | 'api, broker' | 'api, gateway';
  readonly severity: 'warning' | 'critical';
  /** So long it must hold before it is raised. */
  readonly afterMs: number;
  readonly means: string;
  readonly todo: string;
}

export const AlarmName = z.enum(Object.keys(alarms) as [AlarmName, ...AlarmName[]]);
export type AlarmName = keyof typeof alarms;

/** At most this many travel in a status message. */
export const TOLD_ALARMS_MOST = 64;

/** An alarm as a gateway tells of it. */
export const ToldAlarm = z.strictObject({
  alarm: AlarmName,
  /** What it is about, e.g. a line; empty: the whole process. */
  subject: z.string().max(80),
  cause: z.string().max(300),
  since: z.int().nonnegative(),
});
export type ToldAlarm = z.infer<typeof ToldAlarm>;
