import type { SignShow } from './sign-ladder.ts';

/** How long a sign may show what it was told, from its receipt by its own monotonic clock. */
export interface SignValidity {
  /** Digits. */
  readonly validForMs: number;
  /** Words; at least as long as digits. */
  readonly wordForMs: number;
  /** What is shown after that. */
  readonly lastly: 'blank' | 'parking';
}

/** What of it may still be shown so long after its receipt: first the digits go, then the word. */
export function fadedShow(
  show: SignShow,
  elapsedMs: number,
  { validForMs, wordForMs, lastly }: SignValidity,
): SignShow {
  // A clock that ran backwards measures nothing.
  if (!(elapsedMs >= 0) || elapsedMs >= wordForMs) return { kind: lastly };
  if (elapsedMs < validForMs) return show;
  if (show.kind === 'number') return { kind: 'band', band: show.band };
  return show.kind === 'test' ? { kind: 'parking' } : show;
}

/** A retained copy may be of any time: it tells where lots are, and nothing of them. */
export function layoutShow(show: SignShow): SignShow {
  return show.kind === 'blank' ? show : { kind: 'parking' };
}

/** One word for what is shown, by which a report is compared: `number:12`, `band:few`, `full`. */
export function shownToken(show: SignShow): string {
  if (show.kind === 'number') return `number:${show.vacant}`;
  return show.kind === 'band' ? `band:${show.band}` : show.kind;
}
