import type { PageInput } from '#contract/page.ts';
import type { SignMessage } from '#contract/sign-message.ts';
import { clientAssets, signAssets } from 'virtual:client-assets';
import { documentOf } from './page/document.ts';
import { signDocumentOf } from './sign/sign-document.ts';

export { languages } from './text/language.ts';

/** The driver's page as HTML; with `languages`, the PageRenderer of contract/page.ts. */
export function renderPage(input: PageInput): string {
  return documentOf(input, clientAssets);
}

/** A sign's page as HTML, with its layout alone. */
export function renderSignPage(message: SignMessage): string {
  return signDocumentOf(message, signAssets);
}
