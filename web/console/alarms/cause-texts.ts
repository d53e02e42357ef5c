import { alarmCauses, filled, readCause } from '#contract/alarm-causes.ts';
import type { AlarmCause } from '#contract/alarm-causes.ts';
import type { HealthReason } from '#contract/health.ts';
import type { ConsoleLanguage } from '../language.ts';
import { reasonTexts } from '../sensors/reason-texts.ts';

/** The causes' sentences with the same values; English ones are the table's own. */
export const koreanCauses: Readonly<Record<AlarmCause, string>> = {
  commitsFailed: '기록 쓰기 {count}번 실패',
  ingestStalled: '메시지 {count}건이 기다리고, {seconds}초 동안 하나도 받지 못함',
  brokerAway: '연결되지 않음 · 다시 시도하는 중',
  gatewayUnheard: '서버가 시작한 뒤로 소식이 없음',
  gatewayGone: '작별을 알렸거나 연결이 끊김',
  gatewaySilent: '{seconds}초째 조용함',
  clockAhead: '서버보다 {seconds}초 빠름',
  clockBehind: '서버보다 {seconds}초 느림',
  implausibleChanges: '면 넷 중 하나가 차가 드나들 수 있는 것보다 자주 바뀜',
  identityCloned: '두 게이트웨이가 한 이름을 번갈아 씀',
  viewBehind: '기록 {count}건 뒤처짐',
  viewRebuilding: '기록 {count}건 뒤처짐 · 다시 만드는 중',
  sinceStart: '시작한 뒤로 {count}건',
  sensorsSilent: '센서 {count}개가 조용함',
  sensorReasons: '{bay} 면: {reasons}',
  clockBeforeBuild: '시계가 이 소프트웨어가 만들어진 때보다 이름',
  clockFarFromApi: '시계가 서버와 5분 넘게 다름',
  journalUnwritable: '저널을 쓸 수 없음 · 남은 자리 없음',
  journalFilling: '확정되지 않은 기록 {count}건이 저널의 {percent}%를 차지함',
  lineStalled: '열려 있으나 {seconds}초 동안 아무것도 세지 못함',
  clientCloned: '두 클라이언트가 1분에 세 번 넘게 서로 세션을 빼앗음',
  connectionsRefused: '지난 1분 동안 {count}번, 그중 {most}번은 {reason}',
  clientThrottled: '지난 1분 동안 메시지 {count}건이 초당 {limit}건을 넘음',
  certificateEnded: '{holder}: {days}일 전에 끝남',
  certificateEnds: '{holder}: {days}일 뒤 끝남',
  diskLow: '{total} MiB 가운데 {free} MiB 남음',
};

/** A cause as it was told, in the page's language; the words of the system stay as they are. */
export function causeIn(language: ConsoleLanguage, told: string): string {
  const read = readCause(told);
  if (read === undefined) return told;
  const reasons = read.values['reasons']
    ?.split(', ')
    .map((reason) => reasonTexts[language][reason as HealthReason] ?? reason)
    .join(', ');
  const values = reasons === undefined ? read.values : { ...read.values, reasons };
  const template = language === 'ko' ? koreanCauses[read.cause] : alarmCauses[read.cause];
  return filled(template, values);
}
