import type { LocalText } from '#contract/site.ts';
import { formatFor } from '../text/format.ts';
import type { Format } from '../text/format.ts';
import { localText } from '../text/language.ts';
import type { FrameTexts } from './frame/texts.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from './instants.ts';

/** How the console writes numbers and times: the driver's page's way, and what operators need besides. */
export interface ConsoleFormat extends Format {
  /** `97 %`. */
  percent(share: number): string;
  /** Day and time of day at the site: `11. 27. (금) 08:50`. */
  moment(at: number): string;
  /** Day, year and time of day: `2026. 11. 27. (금) 08:50`. */
  longMoment(at: number): string;
  /** The two greatest units: `26시간`, `2일 3시간`, `8분`. */
  duration(ms: number): string;
  local(texts: LocalText): string;
}

/** Up to here hours say more than days: "26 h" is one night too long. */
const HOURS_UP_TO = 48;

export function consoleFormatFor(
  language: string,
  site: {
    readonly currency: string;
    readonly timeZone: string;
    readonly languages: readonly string[];
  },
  texts: FrameTexts,
): ConsoleFormat {
  const share = new Intl.NumberFormat(language, { style: 'percent', maximumFractionDigits: 0 });
  const moments = [{}, { year: 'numeric' } as const].map(
    (more) =>
      new Intl.DateTimeFormat(language, {
        timeZone: site.timeZone,
        ...more,
        month: 'short',
        day: 'numeric',
        weekday: 'short',
        hour: '2-digit',
        minute: '2-digit',
        hourCycle: 'h23',
      }),
  );
  return {
    ...formatFor(language, site, texts),
    percent: (value) => share.format(value),
    moment: (at) => moments[0]?.format(at) ?? '',
    longMoment: (at) => moments[1]?.format(at) ?? '',
    duration: (ms) => durationText(Math.max(0, ms), texts),
    local: (said) => localText(said, language, site.languages).text,
  };
}

function durationText(ms: number, { days, hours, minutes, seconds }: FrameTexts): string {
  if (ms < MINUTE_MS) return seconds(Math.floor(ms / 1_000));
  if (ms < HOUR_MS) return minutes(Math.floor(ms / MINUTE_MS));
  if (ms < 10 * HOUR_MS) {
    const rest = Math.floor((ms % HOUR_MS) / MINUTE_MS);
    return `${hours(Math.floor(ms / HOUR_MS))}${rest === 0 ? '' : ` ${minutes(rest)}`}`;
  }
  if (ms < HOURS_UP_TO * HOUR_MS) return hours(Math.floor(ms / HOUR_MS));
  const rest = Math.floor((ms % DAY_MS) / HOUR_MS);
  return `${days(Math.floor(ms / DAY_MS))}${rest === 0 ? '' : ` ${hours(rest)}`}`;
}
