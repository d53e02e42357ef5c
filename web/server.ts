import type { PageInput } from '#contract/page.ts';
import { clientAssets } from 'virtual:client-assets';
import { documentOf } from './page/document.ts';

export { languages } from './text/language.ts';

/** The driver's page as HTML; with `languages`, the PageRenderer of contract/page.ts. */
export function renderPage(input: PageInput): string {
  return documentOf(input, clientAssets);
}
