import type { ConsoleInput, PageInput } from '#contract/page.ts';
import type { SignMessage } from '#contract/sign-message.ts';
import { clientAssets, consoleAssets, signAssets } from 'virtual:client-assets';
import { consoleDocumentOf } from './console/document.ts';
import { documentOf } from './page/document.ts';
import { signDocumentOf } from './sign/sign-document.ts';

export { CONSOLE_LANGUAGES as consoleLanguages } from './console/language.ts';
export { languages } from './text/language.ts';

/** The driver's page as HTML; with what else is exported here, the PageRenderer of contract/page.ts. */
export function renderPage(input: PageInput): string {
  return documentOf(input, clientAssets);
}

export const { styleSource } = clientAssets;

export function renderConsole(input: ConsoleInput): string {
  return consoleDocumentOf(input, consoleAssets);
}

/** A sign's page as HTML, with its layout alone. */
export function renderSignPage(message: SignMessage): string {
  return signDocumentOf(message, signAssets);
}
