import type { AccountAnswer } from './access.ts';
import type { FlowAnswer, LotAnswer, MarketAnswer, SiteAnswer } from './http.ts';
import type { MarketId } from './ids.ts';
import type { SignMessage } from './sign-message.ts';

/** All that the driver's page needs to be written as HTML by the server, before any script runs. */
export interface PageInput {
  /** Two-letter language of the page: one that the page has texts for. */
  readonly language: string;
  readonly site: SiteAnswer;
  readonly markets: readonly MarketAnswer[];
  readonly lots: readonly LotAnswer[];
  /** The market that the list is sorted by; undefined: the site's first. */
  readonly market: MarketId | undefined;
  /** The driver's page, or a small form of it: in a frame on a shop's page, on a wall. */
  readonly form: 'page' | 'embed' | 'wall';
  /** Where everybody reaches this server, where that is configured. */
  readonly publicUrl: string | undefined;
  /** In how many minutes the driver arrives, where a link says so. */
  readonly arriveInMinutes: number;
  /** Whether lots that nobody calls near are listed, too. */
  readonly far: boolean;
  readonly flows: readonly FlowAnswer[];
  /** The server's clock, epoch milliseconds. */
  readonly at: number;
}

/** What the console's document begins with: who looks, and at which site. */
export interface ConsoleInput {
  readonly language: string;
  readonly site: SiteAnswer;
  readonly account: AccountAnswer;
}

/** What the web build's server module (`web/dist/server/render.js`) exports. */
export interface PageRenderer {
  /** Languages that the page has texts for, the fallback first. */
  readonly languages: readonly string[];
  renderPage(input: PageInput): string;
  /** The style that stands in the driver's page, as a policy names it: `sha256-…`. */
  readonly styleSource: string;
  /** Languages that the console has texts for, the fallback first. */
  readonly consoleLanguages: readonly string[];
  renderConsole(input: ConsoleInput): string;
  renderSignPage(message: SignMessage): string;
}
