import type { InLanguages } from '../language.ts';

export interface AlarmPageTexts {
  readonly title: string;
  readonly holding: string;
  readonly none: string;
  readonly severities: Readonly<Record<'critical' | 'warning', string>>;
  readonly since: (moment: string, duration: string) => string;
  readonly cause: string;
  readonly todo: string;
  readonly acknowledge: string;
  readonly acknowledgeWhat: (what: string) => string;
  readonly note: string;
  readonly noteHint: string;
  readonly send: string;
  readonly cancel: string;
  readonly acknowledged: (by: string, moment: string) => string;
  readonly clearsItself: string;
  readonly over: string;
  readonly noneOver: string;
  readonly alarm: string;
  readonly from: string;
  readonly lasted: string;
  readonly who: string;
  readonly more: string;
  readonly outlet: string;
  readonly noOutlet: string;
  readonly outletTo: (to: string) => string;
  readonly quiet: (span: string) => string;
  readonly delivered: (moment: string) => string;
  readonly neverDelivered: string;
  readonly failing: (moment: string, tries: number, reason: string) => string;
  readonly waiting: (count: number) => string;
  readonly givenUp: (count: number) => string;
  readonly rules: string;
  readonly test: string;
  readonly testing: string;
  readonly testArrived: (detail: string) => string;
  readonly testFailed: (detail: string) => string;
  readonly refused: (detail: string) => string;
}

export const alarmPageTexts: InLanguages<AlarmPageTexts> = {
  ko: {
    title: '경보',
    holding: '지금 울리는 경보',
    none: '경보가 없습니다.',
    severities: { critical: '심각', warning: '주의' },
    since: (moment, duration) => `${moment}부터 · ${duration}째`,
    cause: '까닭',
    todo: '할 일',
    acknowledge: '확인함',
    acknowledgeWhat: (what) => `확인함: ${what}`,
    note: '메모',
    noteHint: '누가 언제 무엇을 할지. 비워도 됩니다.',
    send: '확인했다고 남기기',
    cancel: '그만두기',
    acknowledged: (by, moment) => `${by} 확인 · ${moment}`,
    clearsItself: '까닭이 없어지면 저절로 꺼집니다.',
    over: '지난 경보',
    noneOver: '지난 경보가 없습니다.',
    alarm: '경보',
    from: '시작',
    lasted: '이어진 시간',
    who: '확인',
    more: '더 보기',
    outlet: '밖으로 알리기',
    noOutlet: '경보를 보낼 주소가 정해지지 않았습니다 (alarmWebhookUrl). 이 화면에만 보입니다.',
    outletTo: (to) => `${to}(으)로 보냄`,
    quiet: (span) => `${span}에는 심각한 경보만`,
    delivered: (moment) => `마지막 전달 ${moment}`,
    neverDelivered: '아직 보낸 것 없음',
    failing: (moment, tries, reason) => `${moment}부터 전달 안 됨 · ${tries}번 시도 · ${reason}`,
    waiting: (count) => `보낼 것 ${count}건`,
    givenUp: (count) => `포기한 메시지 ${count}건`,
    rules: '함께 생긴 것은 한 메시지로, 같은 까닭은 한 시간에 한 번만 보냅니다.',
    test: '시험 메시지 보내기',
    testing: '보내는 중',
    testArrived: (detail) => `받는 쪽이 받았습니다 (${detail}).`,
    testFailed: (detail) => `닿지 않았습니다: ${detail}`,
    refused: (detail) => `되지 않았습니다: ${detail}`,
  },
  en: {
    title: 'Alarms',
    holding: 'Alarms that hold',
    none: 'There is no alarm.',
    severities: { critical: 'Critical', warning: 'Warning' },
    since: (moment, duration) => `since ${moment}, for ${duration}`,
    cause: 'Cause',
    todo: 'What to do',
    acknowledge: 'Acknowledge',
    acknowledgeWhat: (what) => `Acknowledge ${what}`,
    note: 'Note',
    noteHint: 'Who does what, and when. May be empty.',
    send: 'Say that I know of it',
    cancel: 'Cancel',
    acknowledged: (by, moment) => `${by} knows of it · ${moment}`,
    clearsItself: 'It clears itself when its cause is gone.',
    over: 'Alarms that are over',
    noneOver: 'No alarm is over yet.',
    alarm: 'Alarm',
    from: 'From',
    lasted: 'Lasted',
    who: 'Acknowledged',
    more: 'Show more',
    outlet: 'Who is told',
    noOutlet: 'No address is configured for alarms (alarmWebhookUrl): they are seen here alone.',
    outletTo: (to) => `Sent to ${to}`,
    quiet: (span) => `only critical ones at ${span}`,
    delivered: (moment) => `last delivered ${moment}`,
    neverDelivered: 'nothing sent yet',
    failing: (moment, tries, reason) =>
      `Nothing arrives since ${moment} · ${tries} tries · ${reason}`,
    waiting: (count) => `${count} to tell`,
    givenUp: (count) => `${count} messages given up`,
    rules: 'What begins together is one message; of one cause nothing more than once an hour.',
    test: 'Send a test message',
    testing: 'Sending',
    testArrived: (detail) => `The receiver took it (${detail}).`,
    testFailed: (detail) => `It did not arrive: ${detail}`,
    refused: (detail) => `That was not done: ${detail}`,
  },
};
