import type { AlarmName } from '#contract/alarms.ts';
import type { InLanguages } from '../language.ts';

/** What an alarm is called, and what to do about it, for who stands before it. */
export interface AlarmWords {
  readonly name: string;
  readonly todo: string;
}

export const alarmTexts: InLanguages<Readonly<Record<AlarmName, AlarmWords>>> = {
  ko: {
    log_failing: {
      name: '기록을 쓸 수 없음',
      todo: '디스크를 비우거나 고치세요. 고치면 저절로 돌아옵니다.',
    },
    ingest_stalled: {
      name: '수신이 멈춤',
      todo: '서버를 다시 시작하고 로그를 남겨 두세요. 잃는 것은 없습니다.',
    },
    broker_away: {
      name: '브로커와 끊김',
      todo: '브로커가 돌고 있는지 보세요. 그동안 모든 면이 확인되지 않습니다.',
    },
    gateway_silent: {
      name: '게이트웨이가 조용함',
      todo: '전원과 네트워크를 보세요. 그동안 본 것은 돌아오면 옵니다.',
    },
    gateway_quarantined: {
      name: '게이트웨이를 믿을 수 없음',
      todo: '새 비밀 키를 주고, 옛 키를 누가 가졌는지 보세요.',
    },
    line_fault: {
      name: '선 전체가 조용함',
      todo: '어댑터와 배선을 보세요. 센서 하나하나를 볼 필요는 없습니다.',
    },
    sensor_faulty: {
      name: '센서 고장',
      todo: '센서 화면에서 까닭을 보고, 바로 못 고치면 면을 사용 중지하세요.',
    },
    clock_skew: {
      name: '시계가 어긋남',
      todo: '게이트웨이와 서버에서 chrony가 돌고 있는지 보세요.',
    },
    dead_letters: {
      name: '받아들이지 못한 기록',
      todo: '어느 게이트웨이의 것인지, 왜인지 보세요: admin dead-letters list',
    },
    events_lost: {
      name: '기록을 잃음',
      todo: '저널을 키우거나 연결을 더 빨리 고치세요. 이력에 빈틈이 남습니다.',
    },
    view_behind: {
      name: '이력이 뒤처짐',
      todo: '다시 만드는 중이면 기다리세요. 아니면 admin rebuild.',
    },
    certificate_expiring: { name: '인증서가 곧 끝남', todo: '인증서를 새로 받으세요.' },
    disk_low: { name: '디스크가 모자람', todo: '가득 차기 전에 오래된 백업과 로그를 지우세요.' },
    journal_filling: { name: '게이트웨이 저널이 참', todo: '연결을 되살리거나 저널을 키우세요.' },
    journal_unwritable: {
      name: '게이트웨이 디스크가 가득 참',
      todo: '자리를 비우세요. 그 전에 다시 시작하지 마세요.',
    },
    clock_untrusted: {
      name: '게이트웨이 시계를 믿을 수 없음',
      todo: '게이트웨이에서 chrony를 돌리세요.',
    },
    line_stalled: {
      name: '선이 멈춤',
      todo: '게이트웨이를 다시 시작하고, 어댑터를 뽑았다 꽂으세요.',
    },
    connections_refused: {
      name: '브로커가 접속을 많이 거절함',
      todo: '옛 키를 쓰는 게이트웨이인지, 침입 시도인지 보세요.',
    },
    client_throttled: {
      name: '너무 빨리 보내는 접속',
      todo: '무엇을 보내는지 보세요. 맞다면 한도를 올리세요.',
    },
    client_cloned: {
      name: '한 이름을 둘이 씀',
      todo: '비밀 키가 두 곳에 있습니다. 새 키를 주세요.',
    },
  },
  en: {
    log_failing: {
      name: 'The log cannot be written',
      todo: 'Free the disk, or mend it: it recovers by itself.',
    },
    ingest_stalled: {
      name: 'Nothing is taken in',
      todo: 'Restart the server and keep its log; nothing is lost.',
    },
    broker_away: {
      name: 'Cut off from the broker',
      todo: 'Look whether the broker runs: every bay is unknown meanwhile.',
    },
    gateway_silent: {
      name: 'A gateway is silent',
      todo: 'Look at its power and network; what it saw meanwhile arrives when it is back.',
    },
    gateway_quarantined: {
      name: 'A gateway is not believed',
      todo: 'Give it a new secret, and look at who else had the old one.',
    },
    line_fault: {
      name: 'A whole line is silent',
      todo: 'Look at the adapter and the cable, not at single sensors.',
    },
    sensor_faulty: {
      name: 'A sensor is faulty',
      todo: 'See why on the sensors page; take its bay out of service if it cannot be mended soon.',
    },
    clock_skew: {
      name: 'A clock is wrong',
      todo: 'Let chrony run on the gateway and on the server.',
    },
    dead_letters: {
      name: 'Records were refused',
      todo: 'See of which gateway they are, and why: admin dead-letters list',
    },
    events_lost: {
      name: 'Records are lost',
      todo: 'Give the journal more room, or mend the link sooner: history has a gap.',
    },
    view_behind: {
      name: 'History is behind',
      todo: 'Wait while it is rebuilt; else admin rebuild.',
    },
    certificate_expiring: { name: 'A certificate ends soon', todo: 'Renew it.' },
    disk_low: {
      name: 'The disk is nearly full',
      todo: 'Remove old backups and logs before it is full.',
    },
    journal_filling: {
      name: "A gateway's journal fills",
      todo: 'Bring the link back, or give the journal more room.',
    },
    journal_unwritable: {
      name: "A gateway's disk is full",
      todo: 'Make room. Do not restart it before.',
    },
    clock_untrusted: { name: "A gateway's clock is not believed", todo: 'Let chrony run on it.' },
    line_stalled: {
      name: 'A line stands still',
      todo: 'Restart the gateway; unplug and plug the adapter.',
    },
    connections_refused: {
      name: 'The broker turns many away',
      todo: 'A gateway with an old secret, or somebody who guesses: look.',
    },
    client_throttled: {
      name: 'A client sends too fast',
      todo: 'See what it sends; raise its limit if it is right to.',
    },
    client_cloned: {
      name: 'Two use one name',
      todo: 'Its secret is in two hands: give it a new one.',
    },
  },
};
