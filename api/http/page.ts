import { createHash } from 'node:crypto';
import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { PageInput, PageRenderer } from '#contract/page.ts';
import { messageOf, UnavailableError } from '#runtime/errors.ts';
import type { Log } from '#runtime/log.ts';

/** The built page: its server module, and the folder of its assets. */
export interface Page {
  readonly assetFolder: string;
  /** The page in the language that `choose` picks; throws UnavailableError without a build. */
  render(choose: Choose): Promise<{ readonly html: string; readonly language: string }>;
}

/** Given the languages that the page has texts for, the fallback first: what to write. */
export type Choose = (languages: readonly string[]) => PageInput;

/** The page's build is looked for at each request until it is there, so that it may come later. */
export function openPage(webFolder: string, log: Log): Page {
  const modulePath = resolve(webFolder, 'server', 'render.js');
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
    throw new Error(`${modulePath}: expected the exports languages and renderPage`);
  }

  return {
    assetFolder: join(resolve(webFolder), 'client'),
    render: async (choose) => {
      loading ??= load();
      let renderer: PageRenderer;
      try {
        renderer = await loading;
      } catch (error) {
        loading = undefined;
        if (!(error instanceof UnavailableError)) {
          log.error({ module: modulePath, reason: messageOf(error) }, 'api.page.broken');
        }
        throw error;
      }
      const input = choose(renderer.languages);
      return { html: renderer.renderPage(input), language: input.language };
    },
  };
}

export function weakEtagOf(text: string): string {
  return `W/"${createHash('sha256').update(text).digest('base64url').slice(0, 22)}"`;
}

function isRenderer(loaded: unknown): loaded is PageRenderer {
  return (
    typeof loaded === 'object' &&
    loaded !== null &&
    'renderPage' in loaded &&
    typeof loaded.renderPage === 'function' &&
    'languages' in loaded &&
    Array.isArray(loaded.languages) &&
    loaded.languages.length > 0
  );
}
