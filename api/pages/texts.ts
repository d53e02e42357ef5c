import type { AccessRole } from '#contract/access.ts';
import type { PasswordFault } from '../operations/password-rules.ts';

export const PAGE_LANGUAGES = ['ko', 'en'] as const;
export type PageLanguage = (typeof PAGE_LANGUAGES)[number];

/** Why a form was not taken, and what it did. */
export type Said =
  | PasswordFault
  | 'wrong_login'
  | 'wrong_current'
  | 'not_the_same'
  | 'try_later'
  | 'busy'
  | 'needs_tls'
  | 'cross_site'
  | 'password_changed'
  | 'logged_out'
  | 'must_change';

/** Every word of the login and account pages in one language. */
export interface PageTexts {
  readonly brand: string;
  readonly otherLanguage: string;
  readonly toMap: string;
  readonly toConsole: string;
  readonly privacy: string;
  readonly login: string;
  readonly name: string;
  readonly password: string;
  readonly logIn: string;
  readonly help: string;
  readonly account: string;
  readonly role: string;
  readonly roles: Readonly<Record<AccessRole, string>>;
  readonly scope: string;
  readonly wholeSite: string;
  readonly logOut: string;
  readonly changePassword: string;
  readonly current: string;
  readonly next: string;
  readonly nextAgain: string;
  readonly rules: string;
  readonly change: string;
  readonly said: Readonly<Record<Said, string>>;
}

const ko: PageTexts = {
  brand: '빈자리',
  otherLanguage: 'English',
  toMap: '주차 지도로',
  toConsole: '운영 화면으로',
  privacy: '개인정보 안내',
  login: '운영자 로그인',
  name: '아이디',
  password: '비밀번호',
  logIn: '로그인',
  help: '비밀번호를 잊었거나 계정이 없으면 이 사이트의 관리자에게 문의하세요.',
  account: '내 계정',
  role: '역할',
  roles: { viewer: '열람자', operator: '운영자', admin: '관리자' },
  scope: '범위',
  wholeSite: '사이트 전체',
  logOut: '로그아웃',
  changePassword: '비밀번호 변경',
  current: '현재 비밀번호',
  next: '새 비밀번호',
  nextAgain: '새 비밀번호 다시 입력',
  rules: '12자 이상. 긴 문장이 좋고, 붙여넣기를 할 수 있습니다.',
  change: '변경',
  said: {
    wrong_login: '아이디 또는 비밀번호가 맞지 않습니다.',
    wrong_current: '현재 비밀번호가 맞지 않습니다.',
    not_the_same: '새 비밀번호 두 개가 서로 다릅니다.',
    try_later: '틀린 로그인이 너무 많았습니다. 1분 뒤에 다시 해 주세요.',
    busy: '지금 로그인이 몰려 있습니다. 잠시 뒤에 다시 해 주세요.',
    needs_tls:
      '이 연결은 암호화되어 있지 않아 비밀번호를 받지 않습니다. https 주소로 접속하거나 이 서버에서 직접 여세요.',
    cross_site: '다른 사이트에서 온 요청은 받지 않습니다. 이 페이지에서 다시 해 주세요.',
    password_changed: '비밀번호를 바꾸었습니다. 다른 기기에서는 로그아웃되었습니다.',
    logged_out: '로그아웃했습니다.',
    must_change: '계속하려면 먼저 새 비밀번호를 정하세요.',
    too_short: '비밀번호는 12자 이상이어야 합니다.',
    too_long: '비밀번호는 200자까지입니다.',
    too_common: '널리 알려졌거나 너무 단순한 비밀번호입니다. 다른 것을 정하세요.',
    has_name: '비밀번호가 아이디와 너무 비슷합니다.',
  },
};

const en: PageTexts = {
  brand: 'Binjari',
  otherLanguage: '한국어',
  toMap: 'To the parking map',
  toConsole: 'To the console',
  privacy: 'Privacy notice',
  login: 'Operator login',
  name: 'User name',
  password: 'Password',
  logIn: 'Log in',
  help: 'If you forgot your password or have no account, ask the administrator of this site.',
  account: 'My account',
  role: 'Role',
  roles: { viewer: 'Viewer', operator: 'Operator', admin: 'Administrator' },
  scope: 'Scope',
  wholeSite: 'The whole site',
  logOut: 'Log out',
  changePassword: 'Change password',
  current: 'Present password',
  next: 'New password',
  nextAgain: 'New password again',
  rules: '12 characters or more. A long sentence is good; pasting is welcome.',
  change: 'Change',
  said: {
    wrong_login: 'The user name or the password is wrong.',
    wrong_current: 'The present password is wrong.',
    not_the_same: 'The two new passwords differ.',
    try_later: 'There were too many wrong logins. Try again in a minute.',
    busy: 'Too many people log in right now. Try again in a moment.',
    needs_tls:
      'This connection is not encrypted, so no password is taken. Use the https address, or open this page on the server itself.',
    cross_site: 'A request from another site is not taken. Please do it again on this page.',
    password_changed: 'Your password is changed. Other devices are logged out.',
    logged_out: 'You are logged out.',
    must_change: 'To go on, set a password of your own first.',
    too_short: 'A password has at least 12 characters.',
    too_long: 'A password has at most 200 characters.',
    too_common: 'This password is well known or too simple. Choose another one.',
    has_name: 'The password is too much like the user name.',
  },
};

const texts: Readonly<Record<PageLanguage, PageTexts>> = { ko, en };

export const pageTextsOf = (language: PageLanguage): PageTexts => texts[language];
