/**
 * What shows that an alarm holds, in English: with its values in it, a sentence of a log, of a
 * message, and of the alarms page. The page finds the values again by this table, and says the same
 * in its own language. Words of the system, such as a disk's, are not in it and stay as they are.
 */
export const alarmCauses = {
  commitsFailed: '{count} commits have failed',
  ingestStalled: '{count} messages wait, none taken for {seconds} s',
  brokerAway: 'not connected; trying again',
  gatewayUnheard: "not heard since the api's start",
  gatewayGone: 'it said goodbye, or its connection was lost',
  gatewaySilent: 'silent for {seconds} s',
  clockAhead: '{seconds} s ahead of the api',
  clockBehind: '{seconds} s behind the api',
  implausibleChanges: 'a quarter of its bays change more often than cars can',
  identityCloned: 'two gateways take turns under its name',
  viewBehind: '{count} records behind',
  viewRebuilding: '{count} records behind, rebuilding',
  sinceStart: '{count} since the start',
  sensorsSilent: '{count} of its sensors are silent',
  sensorReasons: 'bay {bay}: {reasons}',
  clockBeforeBuild: 'its clock is before this software was made',
  clockFarFromApi: "its clock is more than 5 minutes from the api's",
  journalUnwritable: 'the journal cannot be written: no space left',
  journalFilling: '{count} unsettled records take {percent} % of the journal',
  lineStalled: 'open, and nothing counted for {seconds} s',
  clientCloned: 'two clients took the session from each other more than 3 times in a minute',
  connectionsRefused: '{count} in the last minute, {most} of them {reason}',
  clientThrottled: '{count} messages were over {limit} a second in the last minute',
  certificateEnded: '{holder} ended {days} days ago',
  certificateEnds: '{holder} ends in {days} days',
  diskLow: '{free} of {total} MiB are free',
} as const;

export type AlarmCause = keyof typeof alarmCauses;

type NamesIn<Template extends string> = Template extends `${string}{${infer Name}}${infer Rest}`
  ? Name | NamesIn<Rest>
  : never;
export type CauseValues<Cause extends AlarmCause> = Readonly<
  Record<NamesIn<(typeof alarmCauses)[Cause]>, string | number>
>;

/** The sentence of a cause. */
export const causeText = <Cause extends AlarmCause>(
  cause: Cause,
  values: CauseValues<Cause>,
): string => filled(alarmCauses[cause], values);

/** A template with its values in it; a name that has none stays. */
export function filled(
  template: string,
  values: Readonly<Record<string, string | number>>,
): string {
  return template.replaceAll(/\{(\w+)\}/g, (place, name: string) => String(values[name] ?? place));
}

export interface ReadCause {
  readonly cause: AlarmCause;
  readonly values: Readonly<Record<string, string>>;
}

/** The cause and its values in a sentence; undefined: it is of no cause of this table. */
export function readCause(text: string): ReadCause | undefined {
  for (const [cause, pattern] of patterns()) {
    const found = pattern.exec(text);
    if (found) return { cause, values: { ...found.groups } };
  }
  return undefined;
}

/** These are texts; all others are numbers, so that one sentence is not taken for another. */
const TEXTS = new Set(['bay', 'reasons', 'reason', 'holder']);

let made: readonly (readonly [AlarmCause, RegExp])[] | undefined;

function patterns(): readonly (readonly [AlarmCause, RegExp])[] {
  made ??= Object.entries(alarmCauses).map(([cause, template]) => {
    const plain = template.replaceAll(/[.*+?^$()|[\]\\]/g, String.raw`\$&`);
    const source = plain.replaceAll(/\{(\w+)\}/g, (_, name: string) =>
      TEXTS.has(name) ? `(?<${name}>.+)` : String.raw`(?<${name}>\d+)`,
    );
    return [cause as AlarmCause, new RegExp(`^${source}$`, 'u')];
  });
  return made;
}
