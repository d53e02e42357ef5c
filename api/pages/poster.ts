import { createHash } from 'node:crypto';
import { html, Html } from './html.ts';
import type { PageLanguage } from './texts.ts';

const STYLE = [
  '@page{size:A4;margin:14mm}',
  '*{box-sizing:border-box}',
  "body{margin:0;padding:8mm;background:#fff;color:#1a1a1a;font:16pt/1.35 'Apple SD Gothic Neo','Noto Sans KR','Malgun Gothic',system-ui,sans-serif;word-break:keep-all;text-align:center}",
  'main{max-width:180mm;margin:0 auto}',
  'h1{margin:0;font-size:44pt;line-height:1.15}',
  '.other{margin:2mm 0 0;font-size:20pt;color:#4a4f57}',
  'img{display:block;width:min(110mm,90vw);height:auto;margin:10mm auto;border:1px solid #1a1a1a}',
  '.how{margin:0;font-size:24pt;font-weight:700}',
  '.address{margin:8mm 0 0;font-size:13pt;overflow-wrap:anywhere}',
  '.note{margin:4mm 0 0;font-size:12pt;color:#4a4f57}',
  '@media screen{main{padding-bottom:20mm}}',
].join('');

/** As one piece, so that nobody's formatter puts white space into what the hash is of. */
const STYLE_ELEMENT = new Html(`<style>${STYLE}</style>`);

/** A page to be printed: its own style, its own picture, no scripts. */
export function posterPolicy(): string {
  const hash = createHash('sha256').update(STYLE).digest('base64');
  return [
    "default-src 'none'",
    `style-src 'sha256-${hash}'`,
    "img-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

const texts = {
  ko: {
    title: (market: string) => `${market} 주차 빈자리`,
    how: '휴대전화 카메라로 비춰 보세요',
    note: '지금 빈자리 · 요금 · 걷는 시간. 앱 설치도 회원 가입도 없습니다.',
    simulated: '시뮬레이션 – 실제 주차 정보가 아닙니다',
    qr: 'QR 코드',
  },
  en: {
    title: (market: string) => `Free parking at ${market}`,
    how: 'Point your phone’s camera here',
    note: 'Free bays, prices and walking times right now. No app, no account.',
    simulated: 'Simulation – not real parking',
    qr: 'QR code',
  },
} as const;

export interface Poster {
  readonly language: PageLanguage;
  /** The market's name in each language. */
  readonly names: Readonly<Record<PageLanguage, string>>;
  /** What the code leads to. */
  readonly address: string;
  readonly qrPath: string;
  readonly simulated: boolean;
}

/** One side of A4 for a shop's window: large in one language, small in the other. */
export function posterOf({ language, names, address, qrPath, simulated }: Poster): string {
  const other: PageLanguage = language === 'ko' ? 'en' : 'ko';
  const [own, beside] = [texts[language], texts[other]];
  const title = own.title(names[language]);
  const page = html`<html lang="${language}">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <title>${title}</title>
      ${STYLE_ELEMENT}
    </head>
    <body>
      <main>
        <h1>${title}</h1>
        <p class="other" lang="${other}">${beside.title(names[other])}</p>
        <img src="${qrPath}" alt="${own.qr}" />
        <p class="how">${own.how}</p>
        <p class="other" lang="${other}">${beside.how}</p>
        <p class="address">${address}</p>
        <p class="note">${own.note}</p>
        <p class="note" lang="${other}">${beside.note}</p>
        ${simulated ? html`<p class="note">${own.simulated}</p>` : undefined}
      </main>
    </body>
  </html>`;
  return `<!doctype html>${page.text}`;
}
