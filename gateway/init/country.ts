import type { HandOffApp } from '#contract/site.ts';

const LETTERS = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ'.split('');

/** Newer engines have a method, older ones a property of the same content. */
interface ZonedLocale {
  readonly timeZones?: readonly string[];
  getTimeZones?(): readonly string[] | undefined;
}

/** Made when it is first asked for: all countries that there may be are tried. */
let countries: ReadonlyMap<string, string> | undefined;

/** The country (ISO 3166-1) in which a time zone is; undefined for those of no country. */
export function countryOf(timeZone: string): string | undefined {
  const codes = () => LETTERS.flatMap((first) => LETTERS.map((second) => `${first}${second}`));
  countries ??= new Map(
    codes().flatMap((code) => zonesOf(code).map((zone) => [zone, code] as const)),
  );
  return countries.get(timeZone);
}

function zonesOf(code: string): readonly string[] {
  // The published types know neither.
  const locale = new Intl.Locale(`und-${code}`) as unknown as ZonedLocale & Intl.Locale;
  // A country that is no more stands for the one that followed it.
  if (locale.region !== code) return [];
  return locale.getTimeZones?.() ?? locale.timeZones ?? [];
}

const EURO = 'AT BE CY DE EE ES FI FR GR HR IE IT LT LU LV MT NL PT SI SK'.split(' ');
const CURRENCIES: Readonly<Record<string, string>> = {
  ...Object.fromEntries(EURO.map((country) => [country, 'EUR'])),
  AU: 'AUD',
  BR: 'BRL',
  CA: 'CAD',
  CH: 'CHF',
  CN: 'CNY',
  GB: 'GBP',
  IN: 'INR',
  JP: 'JPY',
  KR: 'KRW',
  MX: 'MXN',
  NZ: 'NZD',
  SE: 'SEK',
  TW: 'TWD',
  US: 'USD',
  VN: 'VND',
};
/** ISO 4217's word for none. */
const NO_CURRENCY = 'XXX';

export const currencyOf = (country: string): string => CURRENCIES[country] ?? NO_CURRENCY;

export const handOffOf = (country: string): readonly HandOffApp[] =>
  country === 'KR' ? ['kakao', 'naver', 'tmap'] : ['google', 'apple', 'geo'];
