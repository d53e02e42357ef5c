import type { DayKind } from '#contract/calendar.ts';
import type { Hours, Span } from '#contract/hours.ts';
import type { Texts } from './texts.ts';

const ORDER: readonly DayKind[] = ['weekday', 'saturday', 'sunday', 'holiday'];

/** Hours in words, equal days together: `평일 09:00–18:00, 토·일·공휴일 없음`. */
export function hoursText(hours: Hours, texts: Texts): string {
  if (hours === 'always') return texts.always;
  const groups: { readonly days: DayKind[]; readonly spans: string }[] = [];
  for (const day of ORDER) {
    const spans = spansText(hours[day], texts);
    const last = groups.at(-1);
    if (last?.spans === spans) last.days.push(day);
    else groups.push({ days: [day], spans });
  }
  const [only, ...others] = groups;
  if (only && others.length === 0) return `${texts.daily} ${only.spans}`;
  return groups
    .map(({ days, spans }) => `${days.map((day) => texts.days[day]).join('·')} ${spans}`)
    .join(', ');
}

/** A day's spans as short as they can be said: `08–19` where all are full hours. */
export function shortSpans(spans: readonly Span[]): {
  readonly text: string;
  readonly full: boolean;
} {
  const full = spans.every(({ from, to }) => from.endsWith(':00') && to.endsWith(':00'));
  const short = (clock: string) => (full ? clock.slice(0, 2) : clock);
  const text = spans.map(({ from, to }) => `${short(from)}–${short(to)}`).join(' ');
  return { text, full };
}

function spansText(spans: readonly Span[], texts: Texts): string {
  if (spans.length === 0) return texts.noHours;
  return spans.map(({ from, to }) => `${from}–${to}`).join(' ');
}
