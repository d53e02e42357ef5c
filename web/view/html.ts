import type { ViewNode } from './node.ts';

const VOID = new Set(['br', 'img', 'input', 'link', 'meta']);
const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

const TO_ESCAPE = /[&<>"']/;

/** Safe as text and inside a quoted attribute. */
export function escapeHtml(text: string): string {
  // Most texts hold none of the signs; to find that out is ten times cheaper than to replace.
  return TO_ESCAPE.test(text) ? text.replaceAll(/[&<>"']/g, (sign) => ESCAPES[sign] ?? '') : text;
}

/** The HTML of a node, without any white space of its own. */
export function htmlOf(node: ViewNode): string {
  if (typeof node === 'string') return escapeHtml(node);
  const { tag, attributes, children } = node;
  let html = `<${tag}`;
  for (const name of Object.keys(attributes)) {
    const value = attributes[name];
    if (value === undefined || value === false) continue;
    html += value === true ? ` ${name}` : ` ${name}="${escapeHtml(String(value))}"`;
  }
  html += '>';
  if (VOID.has(tag)) return html;
  for (const child of children) html += htmlOf(child);
  return `${html}</${tag}>`;
}

/** JSON that may stand inside a `<script type="application/json">`: nothing in it can end the script. */
export function scriptJson(value: unknown): string {
  return JSON.stringify(value).replaceAll(
    /[<\u2028\u2029]/g,
    (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
