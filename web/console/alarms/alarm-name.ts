import type { AlarmRecord } from '#contract/alarm-record.ts';
import type { ConsoleLanguage } from '../language.ts';
import { alarmTexts } from './alarm-texts.ts';

/** An alarm in words: what, and where. */
export function alarmNameOf(
  { alarm, gateway, subject }: AlarmRecord,
  language: ConsoleLanguage,
): { readonly name: string; readonly where: string } {
  const where = [gateway, subject].filter((part) => part !== null && part !== '').join(' · ');
  return { name: alarmTexts[language][alarm]?.name ?? alarm, where };
}
