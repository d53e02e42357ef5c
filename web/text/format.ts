import type { Texts } from './texts.ts';

/** How a page of one language and one site writes numbers, money and time; all by Intl. */
export interface Format {
  count(value: number): string;
  /** An amount in the minor unit of the site's currency: won have none, euro have cents. */
  money(minor: number): string;
  /** The time of day at the site, `14:05`; with seconds where asked. */
  clock(at: number, seconds?: boolean): string;
  /** `8초 전`, `3 minutes ago`; under five seconds it is just now. */
  age(ms: number): string;
  metres(mm: number): string;
}

const JUST_NOW_MS = 5_000;

export function formatFor(
  language: string,
  site: { readonly currency: string; readonly timeZone: string },
  texts: Pick<Texts, 'justNow'>,
): Format {
  const number = new Intl.NumberFormat(language);
  const metre = new Intl.NumberFormat(language, { maximumFractionDigits: 2 });
  const currency = new Intl.NumberFormat(language, {
    style: 'currency',
    currency: site.currency,
    currencyDisplay: 'narrowSymbol',
  });
  const minorDigits = currency.resolvedOptions().maximumFractionDigits ?? 0;
  const clocks = [undefined, '2-digit' as const].map(
    (second) =>
      new Intl.DateTimeFormat(language, {
        timeZone: site.timeZone,
        hour: '2-digit',
        minute: '2-digit',
        ...(second && { second }),
        hourCycle: 'h23',
      }),
  );
  const relative = new Intl.RelativeTimeFormat(language, { numeric: 'always' });
  const ageOf = (ms: number): [number, Intl.RelativeTimeFormatUnit] => {
    const seconds = Math.floor(ms / 1_000);
    if (seconds < 60) return [seconds, 'second'];
    if (seconds < 3_600) return [Math.floor(seconds / 60), 'minute'];
    if (seconds < 86_400) return [Math.floor(seconds / 3_600), 'hour'];
    return [Math.floor(seconds / 86_400), 'day'];
  };
  return {
    count: (value) => number.format(value),
    money: (minor) => {
      // Koreans write won behind the number; Intl would put the sign before it.
      if (language === 'ko' && site.currency === 'KRW') return `${number.format(minor)}원`;
      return currency.format(minor / 10 ** minorDigits);
    },
    clock: (at, seconds = false) => clocks[seconds ? 1 : 0]?.format(at) ?? '',
    age: (ms) => {
      if (ms < JUST_NOW_MS) return texts.justNow;
      const [value, unit] = ageOf(ms);
      return relative.format(-value, unit);
    },
    metres: (mm) => metre.format(mm / 1_000),
  };
}
