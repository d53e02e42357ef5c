import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { ConsoleInput, PageInput, PageRenderer } from '#contract/page.ts';
import type { SignMessage } from '#contract/sign-message.ts';
import type { Clock } from '#runtime/clock.ts';
import { messageOf, UnavailableError } from '#runtime/errors.ts';
import type { Log } from '#runtime/log.ts';
import { fixedBodyOf } from './fixed-body.ts';
import type { FixedBody } from './fixed-body.ts';

/** The built page: its server module, and the folder of its assets. */
export interface Page {
  readonly assetFolder: string;
  /** Throws UnavailableError without a build. */
  render(asked: AskedPage): Promise<RenderedPage>;
  /** The console's document, for one person. Throws UnavailableError without a build. */
  renderConsole(asked: AskedConsole): Promise<string>;
  /** A sign's page before its script runs: where the lots are. Throws UnavailableError likewise. */
  renderSign(message: SignMessage): Promise<string>;
}

export interface AskedConsole {
  readonly languageAmong: AskedPage['languageAmong'];
  readonly input: (language: string) => ConsoleInput;
}

export interface AskedPage {
  /** Given the languages that the page has texts for, the fallback first. */
  readonly languageAmong: (languages: readonly string[]) => string;
  /** All that makes one page another, beside its language; there are few of them. */
  readonly variant: string;
  /** Of the site: a page of another one is never given. */
  readonly revision: string;
  readonly input: (language: string) => PageInput;
}

export interface RenderedPage {
  readonly language: string;
  /** Of the driver's page: the style in it, as a policy names it. */
  readonly styleSource: string;
  readonly body: FixedBody;
}

/**
 * One rendering serves all who ask within this time: it takes some 5 ms of the one thread. As many
 * are kept as there are languages and variants.
 */
const KEPT_MS = 1_000;

/** The page's build is looked for at each request until it is there, so that it may come later. */
export function openPage(webFolder: string, clock: Clock, log: Log): Page {
  const modulePath = resolve(webFolder, 'server', 'render.js');
  const rendered = new Map<
    string,
    RenderedPage & { readonly revision: string; readonly madeMs: number }
  >();
  let loading: Promise<PageRenderer> | undefined;
  if (!existsSync(modulePath)) log.error({ expected: modulePath }, 'api.page.notBuilt');

  async function load(): Promise<PageRenderer> {
    if (!existsSync(modulePath)) {
      throw new UnavailableError(
        'not_ready',
        'The page is not built: run "npm run build" where this server runs.',
      );
    }
    // A rebuilt module has another time, hence another address: Node keeps the first of each.
    const { mtimeMs } = statSync(modulePath);
    const loaded: unknown = await import(`${pathToFileURL(modulePath).href}?built=${mtimeMs}`);
    if (isRenderer(loaded)) return loaded;
    throw new Error(
      `${modulePath}: expected languages, renderPage, styleSource, consoleLanguages, renderConsole and renderSignPage`,
    );
  }

  async function loaded(): Promise<PageRenderer> {
    loading ??= load();
    try {
      return await loading;
    } catch (error) {
      loading = undefined;
      if (!(error instanceof UnavailableError)) {
        log.error({ module: modulePath, reason: messageOf(error) }, 'api.page.broken');
      }
      throw error;
    }
  }

  return {
    assetFolder: join(resolve(webFolder), 'client'),
    render: async ({ languageAmong, variant, revision, input }) => {
      const renderer = await loaded();
      const language = languageAmong(renderer.languages);
      const key = `${language} ${variant}`;
      const before = rendered.get(key);
      const now = clock.monoMs();
      const isKept = before?.revision === revision && now - before.madeMs < KEPT_MS;
      if (before && isKept) return before;
      const body = fixedBodyOf(renderer.renderPage(input(language)));
      const { styleSource } = renderer;
      const made = { language, styleSource, body, revision, madeMs: now };
      rendered.set(key, made);
      return made;
    },
    renderConsole: async ({ languageAmong, input }) => {
      const renderer = await loaded();
      return renderer.renderConsole(input(languageAmong(renderer.consoleLanguages)));
    },
    renderSign: async (message) => (await loaded()).renderSignPage(message),
  };
}

function isRenderer(loaded: unknown): loaded is PageRenderer {
  if (typeof loaded !== 'object' || loaded === null) return false;
  const module = loaded as Readonly<Record<string, unknown>>;
  const has = (name: string, type: string) => typeof module[name] === type;
  const lists = [module['languages'], module['consoleLanguages']];
  return (
    has('renderPage', 'function') &&
    has('styleSource', 'string') &&
    has('renderConsole', 'function') &&
    has('renderSignPage', 'function') &&
    lists.every((list) => Array.isArray(list) && list.length > 0)
  );
}
