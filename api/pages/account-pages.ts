import type { Caller } from '../operations/caller.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';
import { pageOf } from './layout.ts';
import { pageTextsOf } from './texts.ts';
import type { PageLanguage, PageTexts, Said } from './texts.ts';

/** What went well; everything else that is said is a refusal. */
const GOOD: ReadonlySet<Said> = new Set(['password_changed', 'logged_out']);

export function loginPage(
  language: PageLanguage,
  {
    said,
    name = '',
    next,
  }: {
    readonly said?: Said | undefined;
    readonly name?: string;
    /** The page to go on to. */
    readonly next?: string | undefined;
  },
): string {
  const texts = pageTextsOf(language);
  const nextQuery = next === undefined ? '' : `&next=${encodeURIComponent(next)}`;
  const content = html`${saidOf(texts, said)}
    <form method="post" action="/login?lang=${language}${nextQuery}">
      <label for="name">${texts.name}</label
      ><input
        id="name"
        name="name"
        value="${name}"
        autocomplete="username"
        autocapitalize="none"
        spellcheck="false"
        maxlength="100"
        required
      /><label for="password">${texts.password}</label
      ><input
        id="password"
        name="password"
        type="password"
        autocomplete="current-password"
        maxlength="200"
        required
      /><button>${texts.logIn}</button>
    </form>
    <p class="hint">${texts.help}</p>`;
  return pageOf({ language, title: texts.login, path: '/login', kept: nextQuery }, content);
}

export function accountPage(
  language: PageLanguage,
  caller: Caller,
  said: Said | undefined,
): string {
  const texts = pageTextsOf(language);
  const scope = caller.scope === 'site' ? texts.wholeSite : caller.scope.join(', ');
  const shown = said ?? (caller.mustChangePassword ? 'must_change' : undefined);
  const content = html`${saidOf(texts, shown)}
    <dl>
      <dt>${texts.name}</dt>
      <dd>${caller.name}</dd>
      <dt>${texts.role}</dt>
      <dd>${texts.roles[caller.role]}</dd>
      <dt>${texts.scope}</dt>
      <dd>${scope}</dd>
    </dl>
    ${caller.mustChangePassword ? undefined : html`<p><a href="/console?lang=${language}">${texts.toConsole}</a></p>`}
    <form method="post" action="/logout?lang=${language}"><button>${texts.logOut}</button></form>
    ${passwordForm(language, texts, caller.name)}
    <p class="hint">${texts.help}</p>`;
  return pageOf({ language, title: texts.account, path: '/account' }, content);
}

function passwordForm(language: PageLanguage, texts: PageTexts, name: string): Html {
  return html`<h2>${texts.changePassword}</h2>
    <form method="post" action="/account/password?lang=${language}">
      <input type="hidden" name="name" value="${name}" autocomplete="username" /><label
        for="current"
        >${texts.current}</label
      ><input
        id="current"
        name="current"
        type="password"
        autocomplete="current-password"
        maxlength="200"
        required
      /><label for="next">${texts.next}</label
      ><input
        id="next"
        name="next"
        type="password"
        autocomplete="new-password"
        maxlength="200"
        aria-describedby="rules"
        required
      />
      <p class="hint" id="rules">${texts.rules}</p>
      <label for="again">${texts.nextAgain}</label
      ><input
        id="again"
        name="again"
        type="password"
        autocomplete="new-password"
        maxlength="200"
        required
      /><button>${texts.change}</button>
    </form>`;
}

function saidOf(texts: PageTexts, said: Said | undefined): Html | undefined {
  if (said === undefined) return undefined;
  return GOOD.has(said)
    ? html`<p class="said" role="status">${texts.said[said]}</p>`
    : html`<p class="said wrong" role="alert">${texts.said[said]}</p>`;
}
