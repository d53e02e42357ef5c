import type { HealthState } from '#contract/health.ts';
import type { InLanguages } from '../language.ts';

export interface SensorTexts {
  readonly title: string;
  readonly liars: string;
  readonly allWell: string;
  readonly states: Readonly<Record<HealthState, string>>;
  readonly lie: string;
  readonly gatewaySilent: (gateway: string, count: number) => string;
  readonly lineSilent: (where: string, count: number) => string;
  readonly since: (moment: string, duration: string) => string;
  readonly details: string;
  readonly detailsOf: (what: string) => string;
  readonly less: string;
  readonly lookThere: string;
  readonly lookAtGateway: string;
  readonly filter: string;
  readonly lot: string;
  readonly everyLot: string;
  readonly tree: string;
  readonly online: (software: string, since: string) => string;
  readonly gatewayStates: Readonly<Record<'online' | 'offline' | 'unheard', string>>;
  readonly unsettled: (count: number) => string;
  readonly lineStates: Readonly<Record<'open' | 'absent' | 'silent', string>>;
  readonly answering: (answering: number, all: number) => string;
  readonly badFrames: (share: string) => string;
  readonly lineCounters: (
    timeouts: number,
    late: number,
    retries: number,
    reopened: number,
  ) => string;
  readonly bad: (count: number) => string;
  readonly sensor: string;
  readonly bay: string;
  readonly state: string;
  readonly why: string;
  readonly sinceColumn: string;
  readonly frames: string;
  readonly misses: string;
  readonly broken: string;
  readonly resets: string;
  readonly supply: string;
  readonly temperature: string;
  readonly notTold: string;
  readonly trend: string;
  readonly trendLabel: (sensor: string, most: string, told: number) => string;
  readonly trendNone: string;
  readonly asTable: string;
  readonly time: string;
  readonly errors: string;
}

export const sensorTexts: InLanguages<SensorTexts> = {
  ko: {
    title: '센서',
    liars: '거짓말하는 센서와 고장',
    allWell: '모든 센서를 믿을 수 있습니다.',
    states: {
      faulty: '고장',
      offline: '응답 없음',
      degraded: '의심',
      maintenance: '작업 중',
      ok: '정상',
    },
    lie: '거짓말함',
    gatewaySilent: (gateway, count) => `게이트웨이 ${gateway} 전체 (${count}개)`,
    lineSilent: (where, count) => `선 ${where} 전체 (${count}개)`,
    since: (moment, duration) => `${moment}부터 · ${duration}째`,
    details: '확인',
    detailsOf: (what) => `확인: ${what}`,
    less: '닫기',
    lookThere: '어댑터와 배선을 보세요. 센서 하나하나를 볼 필요는 없습니다.',
    lookAtGateway: '게이트웨이의 전원과 네트워크를 보세요. 그동안 본 것은 돌아오면 옵니다.',
    filter: '좁혀 보기',
    lot: '주차장',
    everyLot: '모든 주차장',
    tree: '게이트웨이와 선',
    online: (software, since) => `${software} · ${since}에 시작`,
    gatewayStates: { online: '연결됨', offline: '끊김', unheard: '소식 없음' },
    unsettled: (count) => `보낼 것 ${count}건`,
    lineStates: { open: '열림', absent: '포트 없음', silent: '조용함' },
    answering: (answering, all) => `${all}개 가운데 ${answering}개 응답`,
    badFrames: (share) => `깨진 프레임 ${share}`,
    lineCounters: (timeouts, late, retries, reopened) =>
      `시간 초과 ${timeouts} · 늦은 응답 ${late} · 다시 물음 ${retries} · 다시 엶 ${reopened}`,
    bad: (count) => `문제 ${count}개`,
    sensor: '센서',
    bay: '면',
    state: '상태',
    why: '까닭',
    sinceColumn: '언제부터',
    frames: '표본',
    misses: '빠짐',
    broken: '깨짐',
    resets: '재시작',
    supply: '전압',
    temperature: '온도',
    notTold: '알려진 것 없음',
    trend: '지난 24시간 · 30분마다',
    trendLabel: (sensor, most, told) =>
      `${sensor}: 지난 24시간의 오류, 30분마다; 가장 많을 때 1,000개 가운데 ${most}; 소식이 있던 구간 ${told}`,
    trendNone: '서버가 시작한 뒤로 들은 것이 없습니다.',
    asTable: '표로 보기',
    time: '시각',
    errors: '1,000개 가운데 오류',
  },
  en: {
    title: 'Sensors',
    liars: 'Sensors that lie, and faults',
    allWell: 'Every sensor may be trusted.',
    states: {
      faulty: 'Faulty',
      offline: 'Silent',
      degraded: 'Doubtful',
      maintenance: 'Being worked on',
      ok: 'Well',
    },
    lie: 'Lies',
    gatewaySilent: (gateway, count) => `All of gateway ${gateway} (${count} sensors)`,
    lineSilent: (where, count) => `All of line ${where} (${count} sensors)`,
    since: (moment, duration) => `since ${moment}, for ${duration}`,
    details: 'Look',
    detailsOf: (what) => `Look at ${what}`,
    less: 'Close',
    lookThere: 'Look at the adapter and the cable: no need to look at single sensors.',
    lookAtGateway: 'Look at its power and network. What it saw meanwhile arrives when it is back.',
    filter: 'Show only',
    lot: 'Lot',
    everyLot: 'All lots',
    tree: 'Gateways and lines',
    online: (software, since) => `${software} · started ${since}`,
    gatewayStates: { online: 'Connected', offline: 'Gone', unheard: 'Not heard' },
    unsettled: (count) => `${count} to send`,
    lineStates: { open: 'Open', absent: 'No port', silent: 'Silent' },
    answering: (answering, all) => `${answering} of ${all} answer`,
    badFrames: (share) => `${share} broken frames`,
    lineCounters: (timeouts, late, retries, reopened) =>
      `${timeouts} timeouts · ${late} late answers · ${retries} asked again · ${reopened} reopened`,
    bad: (count) => `${count} not well`,
    sensor: 'Sensor',
    bay: 'Bay',
    state: 'State',
    why: 'Why',
    sinceColumn: 'Since',
    frames: 'Samples',
    misses: 'Missing',
    broken: 'Broken',
    resets: 'Restarts',
    supply: 'Supply',
    temperature: 'Temperature',
    notTold: 'Nothing told',
    trend: 'The last 24 hours, by half hours',
    trendLabel: (sensor, most, told) =>
      `${sensor}: errors of the last 24 hours by half hours; at most ${most} of 1,000; ${told} half hours told of`,
    trendNone: 'Nothing was heard since the server started.',
    asTable: 'As a table',
    time: 'Time',
    errors: 'Errors of 1,000',
  },
};
