import { html } from './html.ts';
import type { Html } from './html.ts';
import { pageOf } from './layout.ts';
import type { PageLanguage } from './texts.ts';
import { pageTextsOf } from './texts.ts';

/** What is said to those who park and to those who look, in short; docs/privacy.md says it whole. */
interface Notice {
  readonly intro: string;
  readonly parts: readonly (readonly [heading: string, lines: readonly string[]])[];
}

const ko: Notice = {
  intro:
    '이 시스템은 주차면에 차가 있는지를 감지해 빈자리를 안내합니다. 카메라가 없고, 차량 번호를 읽지 않습니다.',
  parts: [
    [
      '처리하는 것',
      [
        '주차면마다 차가 있고 없음이 바뀐 시각. 누구의 차인지는 알 수 없고 알려고 하지도 않습니다.',
        '운영자 계정: 아이디, 비밀번호의 해시, 역할, 로그인한 시각과 주소.',
        '접근기록: 누가 언제 어느 주소에서 무엇을 바꾸었거나 개별 주차 기록을 열람했는지.',
      ],
    ],
    [
      '누구나 볼 수 있는 것',
      [
        '누구나 쓰는 주차면의 현재 상태와 정확한 수.',
        '거주자·정기권·직원 주차면은 하나하나 보여 주지 않습니다. 같은 종류가 10면 이상인 주차장에서만 5면 단위로 내린 수로 보여 줍니다.',
        '지난 기록은 주차장별 한 시간 단위 합계뿐이며, 거주자·정기권·직원 주차면은 들어 있지 않습니다.',
      ],
    ],
    [
      '운영자만 볼 수 있는 것',
      ['개별 주차 시간. 이를 열람하면 접근기록에 남고, 접근기록은 고치거나 지울 수 없습니다.'],
    ],
    [
      '보내지 않는 것',
      [
        '휴대전화의 위치는 이 페이지 밖으로 나가지 않습니다.',
        '지도 이용자에게는 쿠키를 쓰지 않습니다. 운영자 로그인에만 로그인 유지용 쿠키 하나를 씁니다.',
      ],
    ],
    ['문의', ['열람, 정정, 삭제 요청과 문의는 이 사이트를 운영하는 기관에 하실 수 있습니다.']],
  ],
};

const en: Notice = {
  intro:
    'This system senses whether a car stands in a parking bay and shows what is free. It has no cameras and reads no number plates.',
  parts: [
    [
      'What is processed',
      [
        'When a bay became occupied or vacant. Whose car it was is neither known nor asked.',
        'Accounts of operators: user name, a hash of the password, role, time and address of logins.',
        'An access record: who changed what, or looked at single stays, when and from which address.',
      ],
    ],
    [
      'What everybody can see',
      [
        'The present state of bays that anybody may use, and their exact numbers.',
        'Bays of residents, monthly holders and staff are never shown singly. Only where a lot has at least ten of one kind is their number shown, rounded down to fives.',
        'The past only as hourly sums of a lot, without the bays of residents, monthly holders and staff.',
      ],
    ],
    [
      'What only operators can see',
      [
        'Single stays. Each look at them is noted in the access record, which cannot be changed or deleted.',
      ],
    ],
    [
      'What is not sent',
      [
        'The position of your phone does not leave this page.',
        'Users of the map get no cookies. The operator login uses one, to stay logged in.',
      ],
    ],
    [
      'Questions',
      ['For access, correction, deletion and questions turn to the body that runs this site.'],
    ],
  ],
};

const notices: Readonly<Record<PageLanguage, Notice>> = { ko, en };

export function privacyPage(language: PageLanguage): string {
  const { intro, parts } = notices[language];
  const content = html`<p>${intro}</p>
    ${parts.map(partOf)}`;
  const title = pageTextsOf(language).privacy;
  return pageOf({ language, title, path: '/privacy', width: 'wide' }, content);
}

function partOf([heading, lines]: Notice['parts'][number]): Html {
  return html`<h2>${heading}</h2>
    <ul>
      ${lines.map((line) => html`<li>${line}</li>`)}
    </ul>`;
}
