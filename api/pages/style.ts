import { createHash } from 'node:crypto';

/** The only style of these pages; it stands in the document, and its hash in the policy. */
export const STYLE = [
  ':root{color-scheme:light dark;--ink:#1a1a1a;--ink-2:#4a4f57;--ground:#f6f7f9;--card:#fff;',
  '--line:#767c85;--button:#1a1a1a;--button-ink:#fff;--focus:#005a9c;--alarm:#a63603;--calm:#2e6b3a}',
  '@media (prefers-color-scheme:dark){:root{--ink:#f2f4f6;--ink-2:#b8c0c9;--ground:#12161b;',
  '--card:#1b2128;--line:#7d8894;--button:#f2f4f6;--button-ink:#12161b;--focus:#7cc4f2;',
  '--alarm:#ff9a73;--calm:#86c794}}',
  '*{box-sizing:border-box}',
  "body{margin:0;padding:16px;background:var(--ground);color:var(--ink);font:1.125rem/1.5 system-ui,'Apple SD Gothic Neo','Noto Sans KR','Malgun Gothic',sans-serif;word-break:keep-all;overflow-wrap:anywhere}",
  'main{max-width:30rem;margin:0 auto}main.wide{max-width:44rem}',
  'h1{font-size:1.5rem}h2{font-size:1.125rem;margin-top:2rem}',
  'header,footer{max-width:44rem;margin:0 auto;color:var(--ink-2);font-size:1rem}',
  'header{display:flex;flex-wrap:wrap;justify-content:space-between;gap:8px}',
  'a{color:inherit;display:inline-block;min-height:44px;line-height:44px}p a,li a{display:inline;line-height:inherit}',
  'form{margin:0 0 16px}label{display:block;margin:16px 0 4px;font-weight:700}',
  'input{width:100%;min-height:48px;padding:8px 12px;border:1px solid var(--line);border-radius:10px;background:var(--card);color:var(--ink);font:inherit}',
  'button{min-height:48px;margin-top:20px;padding:8px 24px;border:1px solid transparent;border-radius:10px;background:var(--button);color:var(--button-ink);font:inherit;font-weight:700;cursor:pointer}',
  ':focus-visible{outline:3px solid var(--focus);outline-offset:2px}',
  '.hint{margin:4px 0 0;color:var(--ink-2);font-size:1rem}',
  '.said{padding:12px;border-left:4px solid var(--calm);background:var(--card)}',
  '.wrong{border-left-color:var(--alarm)}',
  'dl{display:grid;grid-template-columns:auto 1fr;gap:4px 16px}dt{color:var(--ink-2)}dd{margin:0}',
].join('');

/** Its own style and its own forms; there are no scripts. */
export function formsPolicy(): string {
  const hash = createHash('sha256').update(STYLE).digest('base64');
  return [
    "default-src 'none'",
    `style-src 'sha256-${hash}'`,
    "img-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}
