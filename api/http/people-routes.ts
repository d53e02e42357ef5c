import * as z from 'zod';
import { messageOf, RejectedError, UnavailableError } from '#runtime/errors.ts';
import { WeakPasswordError } from '../operations/logins.ts';
import { accountPage, loginPage } from '../pages/account-pages.ts';
import { privacyPage } from '../pages/privacy-page.ts';
import { PAGE_LANGUAGES } from '../pages/texts.ts';
import type { PageLanguage, Said } from '../pages/texts.ts';
import { endedCookies, endSession, safeWayOf } from './account-routes.ts';
import type { ApiContext } from './context.ts';
import { languageOf } from './page-routes.ts';
import { FORM_MEDIA, readBody } from './request-body.ts';
import { BODY_BYTES, NEVER_STORED, PUBLIC_FIXED } from './route.ts';
import type { Answer, Asked, Route } from './route.ts';
import { sessionCookie } from './session-cookie.ts';
import { wayBackIn } from './way-back.ts';

const HTML_MEDIA = 'text/html';

const LoginForm = z.object({ name: z.string().max(100), password: z.string().min(1).max(200) });
const PasswordForm = z.object({
  current: z.string().min(1).max(200),
  next: z.string().min(1).max(200),
  again: z.string().max(200),
});

/** Login, account and privacy notice: pages without scripts, so that nothing can be put into them. */
export function peopleRoutes({ operations }: ApiContext): Route[] {
  const { logins } = operations;
  const shared = { media: { [HTML_MEDIA]: z.string() }, cacheControl: NEVER_STORED } as const;
  const page = { ...shared, method: 'get', access: 'page', problems: [] } as const;
  const form = { ...shared, method: 'post', access: 'page', primaryOnly: true } as const;
  const formOf = (schema: z.ZodType) => ({ media: FORM_MEDIA, mostBytes: BODY_BYTES, schema });
  return [
    {
      ...page,
      path: '/login',
      about: 'The login for operators.',
      answer: (asked) => {
        if (asked.caller !== undefined) return onTo('/account', asked);
        const said = saidIn(asked, ['logged_out']);
        return shown(loginPage(pageLanguageOf(asked), { said, next: wayBackIn(asked) }));
      },
    },
    {
      ...form,
      path: '/login',
      about: "The login page's form.",
      body: formOf(LoginForm),
      problems: ['cross_site'],
      answer: async (asked) => {
        const [language, next] = [pageLanguageOf(asked), wayBackIn(asked)];
        const sent = LoginForm.safeParse(sentIn(asked));
        const { name = '', password = '' } = sent.success ? sent.data : {};
        try {
          const way = safeWayOf(asked.visit);
          const token = await logins.open(name.trim().toLowerCase(), password, asked.visit);
          // Who must set a password first is sent on to /account from there.
          return {
            kind: 'goTo',
            path: next ?? `/console?lang=${language}`,
            headers: { 'Set-Cookie': sessionCookie(token, way) },
          };
        } catch (error) {
          const { said, status } = saidOf(error, 'wrong_login');
          return shown(loginPage(language, { said, name, next }), status);
        }
      },
    },
    {
      ...page,
      path: '/account',
      about: "One's own account: role, password, logging out.",
      answer: (asked) =>
        asked.caller?.kind === 'user'
          ? shown(
              accountPage(pageLanguageOf(asked), asked.caller, saidIn(asked, ['password_changed'])),
            )
          : onTo('/login', asked),
    },
    {
      ...form,
      path: '/account/password',
      about: "The account page's form.",
      body: formOf(PasswordForm),
      problems: ['cross_site'],
      answer: async (asked) => {
        const { caller, visit } = asked;
        if (caller?.kind !== 'user') return onTo('/login', asked);
        const sent = PasswordForm.safeParse(sentIn(asked));
        const { current = '', next = '', again = '' } = sent.success ? sent.data : {};
        const say = (said: Said, status: number) =>
          shown(accountPage(pageLanguageOf(asked), caller, said), status);
        if (next !== again) return say('not_the_same', 422);
        try {
          safeWayOf(visit);
          await logins.changePassword(caller, current, next, visit.source);
          return onTo('/account', asked, {}, 'password_changed');
        } catch (error) {
          const { said, status } = saidOf(error, 'wrong_current');
          return say(said, status);
        }
      },
    },
    {
      ...form,
      path: '/logout',
      about: 'Logs out.',
      problems: ['cross_site'],
      answer: (asked) => {
        endSession(operations, asked.caller);
        return onTo('/login', asked, endedCookies(asked.visit), 'logged_out');
      },
    },
    {
      ...page,
      path: '/privacy',
      about: 'The privacy notice.',
      cacheControl: PUBLIC_FIXED,
      answer: (asked) => shown(privacyPage(pageLanguageOf(asked))),
    },
  ];
}

const sentIn = ({ body, contentType }: Asked<unknown>): unknown =>
  readBody(body, contentType, FORM_MEDIA);

function pageLanguageOf({ query, languagesAmong }: Asked<unknown>): PageLanguage {
  const { lang } = query as { lang?: unknown };
  const chosen = typeof lang === 'string' ? lang : undefined;
  const found = languageOf(PAGE_LANGUAGES, chosen, languagesAmong(PAGE_LANGUAGES));
  return PAGE_LANGUAGES.find((language) => language === found) ?? 'en';
}

function shown(text: string, status = 200): Answer {
  return { kind: 'text', text, status, headers: { Vary: 'Accept-Language' } };
}

/** `said`: what the next page begins with; only what that page knows is shown there. */
function onTo(
  path: '/account' | '/login',
  asked: Asked<unknown>,
  headers: Readonly<Record<string, string>> = {},
  said?: Said,
): Answer {
  const query = new URLSearchParams({ lang: pageLanguageOf(asked), ...(said && { said }) });
  return { kind: 'goTo', path: `${path}?${query.toString()}`, headers };
}

function saidIn({ query }: Asked<unknown>, known: readonly Said[]): Said | undefined {
  const { said } = query as { said?: unknown };
  return known.find((each) => each === said);
}

/** A refusal in the page's words; what is no refusal is thrown on. */
function saidOf(error: unknown, wrong: Said): { readonly said: Said; readonly status: number } {
  if (error instanceof WeakPasswordError) return { said: error.fault, status: 422 };
  if (error instanceof UnavailableError) return { said: 'busy', status: 503 };
  if (!(error instanceof RejectedError)) throw new Error(messageOf(error), { cause: error });
  if (error.code === 'too_many_requests') return { said: 'try_later', status: 429 };
  if (error.code === 'needs_tls') return { said: 'needs_tls', status: 403 };
  return { said: wrong, status: 401 };
}
