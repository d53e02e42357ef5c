/** What the service worker does with a request; decided by its address alone. */
export type Keeping =
  /** Named by its content: once had, never asked for again. */
  | 'first'
  /** The newest, and what was had before only while the network is away. */
  | 'whenAway'
  /** Live numbers, logins, everything else: none of the worker's business. */
  | 'never';

const PAGE = /^\/(m\/[a-z0-9-]+)?$/;

export function keepingOf(method: string, url: URL, origin: string): Keeping {
  if (method !== 'GET' || url.origin !== origin) return 'never';
  const { pathname } = url;
  if (pathname.startsWith('/assets/')) return 'first';
  if (PAGE.test(pathname)) return 'whenAway';
  return /^\/(api\/v1\/(backdrop|bays)|manifest\.webmanifest|icon[\w-]*\.(svg|png))$/.test(pathname)
    ? 'whenAway'
    : 'never';
}

/** Under which address an answer is kept: a page's arrival and folds do not make it another page. */
export function keyOf(url: URL): string {
  if (!PAGE.test(url.pathname)) return url.pathname + url.search;
  const language = url.searchParams.get('lang');
  return url.pathname + (language === null ? '' : `?lang=${language}`);
}
