import type { DayKind, Hours, Span } from '#contract/hours.ts';
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

function spansText(spans: readonly Span[], texts: Texts): string {
  if (spans.length === 0) return texts.noHours;
  return spans.map(({ from, to }) => `${from}–${to}`).join(' ');
}
