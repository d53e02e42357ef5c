/** Half-open: [from, until), epoch milliseconds. */
export interface Span {
  readonly from: number;
  readonly until: number;
}

/** Spans in time's order without overlap; neighbours that touch are one. */
export function mergedSpans(spans: readonly Span[]): Span[] {
  const merged: Span[] = [];
  for (const span of spans.toSorted((a, b) => a.from - b.from)) {
    const last = merged.at(-1);
    if (span.until <= span.from) continue;
    if (last && span.from <= last.until) {
      if (span.until > last.until) merged[merged.length - 1] = { ...last, until: span.until };
    } else merged.push(span);
  }
  return merged;
}

/** Merged spans with one more; short where it comes last, as it mostly does. */
export function mergedWith(merged: readonly Span[], span: Span): Span[] {
  const last = merged.at(-1);
  if (!last || span.from < last.from) return mergedSpans([...merged, span]);
  if (span.from > last.until) return [...merged, span];
  const until = Math.max(last.until, span.until);
  return [...merged.slice(0, -1), { from: last.from, until }];
}

/** What of the span lies in none of the merged ones. */
export function spanWithout(span: Span, merged: readonly Span[]): Span[] {
  const parts: Span[] = [];
  let { from } = span;
  for (const taken of merged) {
    if (taken.until <= from) continue;
    if (taken.from >= span.until) break;
    if (taken.from > from) parts.push({ from, until: taken.from });
    from = Math.max(from, taken.until);
  }
  if (from < span.until) parts.push({ from, until: span.until });
  return parts;
}

/** What of the merged spans lies in [from, until). */
export function clippedSpans(merged: readonly Span[], from: number, until: number): Span[] {
  return merged
    .filter((span) => span.until > from && span.from < until)
    .map((span) => ({ from: Math.max(span.from, from), until: Math.min(span.until, until) }));
}
