import type { OperatorSign } from '#contract/sign-answers.ts';
import type { SignCause } from '#contract/sign-ladder.ts';
import type { InLanguages } from '../language.ts';
import type { UntilChoice } from '../work/until.ts';
import { untilTexts } from '../work/until-texts.ts';

type Word = 'blank' | 'parking' | 'plenty' | 'moderate' | 'few' | 'full' | 'closed' | 'test';

export interface SignTexts {
  readonly title: string;
  readonly none: string;
  readonly words: Readonly<Record<Word, string>>;
  readonly causes: Readonly<Record<SignCause, string>>;
  readonly agreements: Readonly<Record<OperatorSign['agreement'], string>>;
  readonly instead: (lot: string) => string;
  readonly since: (moment: string) => string;
  readonly says: (shows: string, age: string) => string;
  readonly row: string;
  readonly shows: string;
  readonly why: string;
  readonly byHand: string;
  readonly byHandOf: (sign: string) => string;
  readonly what: string;
  readonly showWord: (word: string) => string;
  readonly test: string;
  readonly offset: (bays: number) => string;
  /** At least one of the two is there. */
  readonly limits: (minimum: number | undefined, maximum: number | undefined) => string;
  readonly offsetKind: string;
  readonly limitsKind: string;
  readonly bays: string;
  readonly baysHint: string;
  readonly minimum: string;
  readonly minimumHint: string;
  readonly maximum: string;
  readonly maximumHint: string;
  readonly missing: string;
  readonly which: string;
  readonly everyRow: string;
  readonly rowNo: (row: number) => string;
  readonly until: string;
  readonly untils: Readonly<Record<UntilChoice, string>>;
  readonly testEnds: string;
  readonly reason: string;
  readonly send: string;
  readonly cancel: string;
  readonly untilMoment: (moment: string) => string;
  readonly by: (author: string) => string;
  readonly end: string;
  readonly endWhat: (what: string, sign: string) => string;
  readonly refused: (detail: string) => string;
}

export const signTexts: InLanguages<SignTexts> = {
  ko: {
    title: '안내판',
    none: '맡은 주차장의 안내판이 없습니다.',
    words: {
      blank: '끔',
      parking: 'P (수 없음)',
      plenty: '여유',
      moderate: '보통',
      few: '혼잡',
      full: '만차',
      closed: '폐쇄',
      test: '시험 무늬',
    },
    causes: {
      counted: '센 대로',
      noneVacant: '빈자리 없음',
      someUnknown: '확인 안 된 면이 있음',
      bandUnsure: '어느 단계인지 확실하지 않음',
      tooManyUnknown: '확인 안 된 면이 너무 많음',
      doubtful: '믿기 어려운 센서가 있음',
      delayed: '값이 늦음',
      expired: '값이 오래됨',
      noData: '데이터 없음',
      noCount: '세지 않는 주차장',
      outOfHours: '영업시간 밖',
      afterFull: '만차 뒤 잠시',
      settling: '값이 자리 잡는 중',
      offset: '들어오는 차만큼 뺌',
      belowMinimum: '정한 최소보다 적음',
      aboveMaximum: '정한 최대를 넘음',
      override: '손으로 정함',
      testPattern: '시험 중',
    },
    agreements: {
      agrees: '그대로 보이고 있음',
      differs: '다른 것을 보이고 있음',
      silent: '더는 소식이 없음',
      unheard: '소식을 들은 적 없음',
    },
    instead: (lot) => `대신 ${lot} 안내`,
    since: (moment) => `${moment}부터`,
    says: (shows, age) => `안내판이 알린 것: ${shows} · ${age}`,
    row: '주차장',
    shows: '보일 것',
    why: '까닭',
    byHand: '손으로 정하기',
    byHandOf: (sign) => `손으로 정하기: ${sign}`,
    what: '무엇을',
    showWord: (word) => `“${word}” 보이기`,
    test: '시험 무늬',
    offset: (bays) => `센 것보다 ${bays}면 적게`,
    limits: (minimum, maximum) =>
      [
        minimum === undefined ? '' : `${minimum}면 미만은 숫자 대신 말로`,
        maximum === undefined ? '' : `많아도 ${maximum}면으로`,
      ]
        .filter((part) => part !== '')
        .join(', '),
    offsetKind: '들어오는 차만큼 적게 보이기',
    limitsKind: '숫자의 최소와 최대',
    bays: '뺄 면 수',
    baysHint: '센 빈자리에서 뺍니다. 1부터 999까지.',
    minimum: '최소 (없으면 비움)',
    minimumHint: '이보다 적으면 숫자 대신 말로 보입니다.',
    maximum: '최대 (없으면 비움)',
    maximumHint: '이보다 많아도 이 숫자로 보입니다.',
    missing: '빠졌거나 맞지 않는 칸이 있습니다.',
    which: '어느 줄',
    everyRow: '모든 줄',
    rowNo: (row) => `${row}번째 줄`,
    until: '언제까지',
    untils: untilTexts.ko,
    testEnds: '5분 뒤 저절로 끝납니다.',
    reason: '까닭 (다른 운영자가 봅니다)',
    send: '적용',
    cancel: '그만두기',
    untilMoment: (moment) => `${moment}까지`,
    by: (author) => author,
    end: '끝내기',
    endWhat: (what, sign) => `끝내기: ${sign} ${what}`,
    refused: (detail) => `적용되지 않았습니다: ${detail}`,
  },
  en: {
    title: 'Signs',
    none: 'No sign shows a lot of yours.',
    words: {
      blank: 'Blank',
      parking: 'P (no number)',
      plenty: 'Plenty',
      moderate: 'Some',
      few: 'Busy',
      full: 'Full',
      closed: 'Closed',
      test: 'Test pattern',
    },
    causes: {
      counted: 'as counted',
      noneVacant: 'no bay is free',
      someUnknown: 'some bays are unknown',
      bandUnsure: 'it is not sure which word is right',
      tooManyUnknown: 'too many bays are unknown',
      doubtful: 'some sensors are doubtful',
      delayed: 'the count is late',
      expired: 'the count is old',
      noData: 'no data',
      noCount: 'nobody counts this lot',
      outOfHours: 'out of hours',
      afterFull: 'for a while after it was full',
      settling: 'the count settles',
      offset: 'less cars on their way',
      belowMinimum: 'below the least that was set',
      aboveMaximum: 'above the most that was set',
      override: 'set by hand',
      testPattern: 'under test',
    },
    agreements: {
      agrees: 'Shows it',
      differs: 'Shows something else',
      silent: 'Says nothing any more',
      unheard: 'Never heard',
    },
    instead: (lot) => `points to ${lot} instead`,
    since: (moment) => `since ${moment}`,
    says: (shows, age) => `The sign said: ${shows} · ${age}`,
    row: 'Lot',
    shows: 'Is to show',
    why: 'Why',
    byHand: 'Set by hand',
    byHandOf: (sign) => `Set by hand: ${sign}`,
    what: 'What',
    showWord: (word) => `Show “${word}”`,
    test: 'Test pattern',
    offset: (bays) => `${bays} ${bays === 1 ? 'bay' : 'bays'} fewer than counted`,
    limits: (minimum, maximum) =>
      [
        minimum === undefined ? '' : `a word below ${minimum}`,
        maximum === undefined ? '' : `never more than ${maximum}`,
      ]
        .filter((part) => part !== '')
        .join(', '),
    offsetKind: 'Fewer, for cars on their way',
    limitsKind: 'Least and most in digits',
    bays: 'Bays fewer',
    baysHint: 'Taken off what is counted free; 1 to 999.',
    minimum: 'Least (empty: none)',
    minimumHint: 'Below it the sign has a word, no digits.',
    maximum: 'Most (empty: none)',
    maximumHint: 'More than this is shown as this.',
    missing: 'Something is missing, or does not fit.',
    which: 'Which row',
    everyRow: 'All rows',
    rowNo: (row) => `row ${row}`,
    until: 'Until',
    untils: untilTexts.en,
    testEnds: 'It ends by itself after 5 minutes.',
    reason: 'Reason (for other operators)',
    send: 'Apply',
    cancel: 'Cancel',
    untilMoment: (moment) => `until ${moment}`,
    by: (author) => `by ${author}`,
    end: 'End',
    endWhat: (what, sign) => `End ${what} on ${sign}`,
    refused: (detail) => `It was not applied: ${detail}`,
  },
};
