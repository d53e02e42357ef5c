import type { ProblemCode } from '#contract/problem.ts';
import type { AccessRole } from '#contract/access.ts';
import type { InLanguages } from '../language.ts';
import type { PageName } from './pages.ts';

/** What stands around every page. */
export interface FrameTexts {
  readonly brand: string;
  readonly needsScripts: string;
  readonly skip: string;
  readonly navigation: string;
  readonly pages: Readonly<Record<PageName, string>>;
  readonly alarms: (count: number) => string;
  readonly simulated: string;
  readonly siteTime: string;
  readonly scope: string;
  readonly wholeSite: string;
  readonly roles: Readonly<Record<AccessRole, string>>;
  readonly account: string;
  readonly toMap: string;
  readonly otherLanguage: string;
  readonly theme: string;
  readonly themes: Readonly<Record<'auto' | 'light' | 'dark', string>>;
  readonly live: string;
  readonly loading: string;
  readonly lost: (age: string) => string;
  readonly stale: string;
  readonly justNow: string;
  readonly refused: string;
  /** Why a question has no answer, by the problem's code; others are said in the server's words. */
  readonly problems: Readonly<Partial<Record<ProblemCode, string>>>;
  readonly broken: string;
  readonly notReached: string;
  readonly notFound: string;
  readonly viewerOnly: string;
  readonly days: (count: number) => string;
  readonly hours: (count: number) => string;
  readonly minutes: (count: number) => string;
  readonly seconds: (count: number) => string;
}

export const frameTexts: InLanguages<FrameTexts> = {
  ko: {
    brand: '빈자리 운영',
    needsScripts: '이 화면은 자바스크립트가 있어야 열립니다.',
    skip: '본문으로 건너뛰기',
    navigation: '운영 화면',
    pages: {
      now: '지금',
      alarms: '경보',
      work: '작업',
      sensors: '센서',
      history: '이력',
      day: '하루 보기',
      stays: '오래 선 차',
      signs: '안내판',
    },
    alarms: (count) => `확인하지 않은 경보 ${count}건`,
    simulated: '모의 데이터입니다. 실제 주차 상황이 아닙니다.',
    siteTime: '현지 시각',
    scope: '범위',
    wholeSite: '사이트 전체',
    roles: { viewer: '열람자', operator: '운영자', admin: '관리자' },
    account: '내 계정',
    toMap: '주차 지도',
    otherLanguage: 'English',
    theme: '화면 색',
    themes: { auto: '기기 설정', light: '밝게', dark: '어둡게' },
    live: '실시간',
    loading: '불러오는 중',
    lost: (age) => `서버와 끊겼습니다. ${age}의 값입니다. 다시 연결하고 있습니다.`,
    stale: '연결이 끊긴 지 오래되어 값을 보여 주지 않습니다.',
    justNow: '방금',
    refused: '이 화면을 볼 권한이 없습니다. 사이트 전체를 맡은 사람에게만 보입니다.',
    problems: {
      view_not_ready: '이력을 다시 만들고 있습니다. 끝나면 저절로 나타납니다.',
      too_busy: '요청이 몰려 있습니다. 곧 다시 묻습니다.',
      range_too_wide:
        '한 번에 계산하기에는 범위가 너무 넓습니다. 기간을 줄이거나 주차장을 고르세요.',
      events_expired:
        '이 기간의 개별 기록은 보관 기간이 지나 없습니다. 한 시간 단위로는 볼 수 있습니다.',
    },
    broken: '서버가 알아볼 수 없는 답을 보냈습니다. 화면을 새로 고치세요.',
    notReached: '서버에 닿지 않았습니다. 다시 해 주세요.',
    notFound: '그런 화면은 없습니다.',
    viewerOnly: '열람자는 볼 수만 있습니다.',
    days: (count) => `${count}일`,
    hours: (count) => `${count}시간`,
    minutes: (count) => `${count}분`,
    seconds: (count) => `${count}초`,
  },
  en: {
    brand: 'Binjari console',
    needsScripts: 'This page needs JavaScript.',
    skip: 'Skip to content',
    navigation: 'Console',
    pages: {
      now: 'Now',
      alarms: 'Alarms',
      work: 'Work',
      sensors: 'Sensors',
      history: 'History',
      day: "A bay's day",
      stays: 'Long stays',
      signs: 'Signs',
    },
    alarms: (count) => `${count} not acknowledged`,
    simulated: 'Simulated data: this is not real parking.',
    siteTime: 'Local time',
    scope: 'Scope',
    wholeSite: 'The whole site',
    roles: { viewer: 'Viewer', operator: 'Operator', admin: 'Administrator' },
    account: 'My account',
    toMap: 'Parking map',
    otherLanguage: '한국어',
    theme: 'Colours',
    themes: { auto: 'As the device', light: 'Light', dark: 'Dark' },
    live: 'Live',
    loading: 'Loading',
    lost: (age) => `The connection is lost. Values are from ${age}. Connecting again.`,
    stale: 'The connection has been lost for too long: no values are shown.',
    justNow: 'just now',
    refused: 'You may not see this page: it is for those who look after the whole site.',
    problems: {
      view_not_ready: 'History is being made again. It appears by itself when it is done.',
      too_busy: 'Many ask at once. It will be asked again soon.',
      range_too_wide: 'The range is too wide for one answer: choose a shorter one, or a lot.',
      events_expired: 'Single records of that time are no longer kept. Whole hours still are.',
    },
    broken: 'The server sent an answer that this page does not understand. Reload the page.',
    notReached: 'The server was not reached. Try again.',
    notFound: 'There is no such page.',
    viewerOnly: 'A viewer may look, and change nothing.',
    days: (count) => `${count} d`,
    hours: (count) => `${count} h`,
    minutes: (count) => `${count} min`,
    seconds: (count) => `${count} s`,
  },
};
