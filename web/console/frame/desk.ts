import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { AccountAnswer } from '#contract/access.ts';
import type { SiteAnswer } from '#contract/http.ts';
import type { ConsoleFormat } from '../format.ts';
import type { ConsoleLanguage } from '../language.ts';
import type { FrameTexts } from './texts.ts';

/** What every page knows: who looks, where, in which language, and what time it is at the server. */
export interface Desk {
  readonly language: ConsoleLanguage;
  readonly texts: FrameTexts;
  readonly format: ConsoleFormat;
  readonly site: SiteAnswer;
  readonly account: AccountAnswer;
  /** Whether this person may change something. */
  readonly mayWork: boolean;
  /** The server's clock, epoch milliseconds. */
  readonly now: () => number;
}

export const DeskContext = createContext<Desk | undefined>(undefined);

export function useDesk(): Desk {
  const desk = useContext(DeskContext);
  if (desk === undefined) throw new Error('a part of the console stands outside of it');
  return desk;
}
