import * as z from 'zod';
import { RejectedError } from '#runtime/errors.ts';
import { accountAnswerOf } from './account-routes.ts';
import type { ApiContext } from './context.ts';
import { languageOf } from './page-routes.ts';
import { NEVER_STORED } from './route.ts';
import type { Answer, Asked, Route } from './route.ts';
import { siteAnswerOf } from './site-answer.ts';

/** The console's pages; which of them is shown is decided in the browser. */
export const CONSOLE_PAGES = [
  'alarms',
  'work',
  'sensors',
  'history',
  'day',
  'stays',
  'signs',
] as const;

/** The operators' console: one document for whoever is logged in, the login for everybody else. */
export function consoleRoutes(context: ApiContext): Route[] {
  const shared = {
    method: 'get',
    access: 'page',
    cost: 3,
    media: { 'text/html': z.string() },
    cacheControl: NEVER_STORED,
  } as const;

  async function answer(asked: Asked<unknown>, path: string): Promise<Answer> {
    const query = asked.query as Readonly<Record<string, unknown>>;
    const chosen = typeof query['lang'] === 'string' ? query['lang'] : undefined;
    const { caller } = asked;
    if (caller === undefined) return loginFor(path, query);
    if (caller.mustChangePassword) {
      return {
        kind: 'goTo',
        path:
          chosen === undefined
            ? '/account'
            : `/account?${new URLSearchParams({ lang: chosen }).toString()}`,
      };
    }
    const text = await context.page.renderConsole({
      languageAmong: (languages) => languageOf(languages, chosen, asked.languagesAmong(languages)),
      input: (language) => ({
        language,
        site: siteAnswerOf(context.index, context.clock.wallMs()),
        account: accountAnswerOf(caller),
      }),
    });
    return { kind: 'text', text, headers: { Vary: 'Accept-Language, Cookie' } };
  }

  return [
    {
      ...shared,
      path: '/console',
      about: "The operators' console: how the site stands now.",
      problems: ['not_ready'],
      answer: async (asked) => answer(asked, '/console'),
    },
    {
      ...shared,
      path: '/console/{page}',
      about: "A page of the operators' console.",
      params: z.object({ page: z.enum(CONSOLE_PAGES) }),
      problems: ['not_found', 'not_ready'],
      answer: async (asked) => {
        const page = CONSOLE_PAGES.find((each) => each === asked.params['page']);
        if (page === undefined) {
          throw new RejectedError('not_found', 'The console has no such page.');
        }
        return answer(asked, `/console/${page}`);
      },
    },
  ];
}

/** With the way back, whatever it was asked for. */
function loginFor(path: string, query: Readonly<Record<string, unknown>>): Answer {
  const texts = Object.entries(query).filter(
    (pair): pair is [string, string] => typeof pair[1] === 'string',
  );
  const asked = new URLSearchParams(texts).toString();
  const next = asked === '' ? path : `${path}?${asked}`;
  const { lang } = Object.fromEntries(texts);
  const login = new URLSearchParams({ ...(lang !== undefined && { lang }), next });
  return { kind: 'goTo', path: `/login?${login.toString()}` };
}
