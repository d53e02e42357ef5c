import type { SensorCheck } from './check-line.ts';
import type { Finding } from './line-causes.ts';

/** What is kept of one sensor on the day when its line is handed over. */
export interface SheetRow {
  readonly check: SensorCheck;
  /** undefined: it has none, or did not say. */
  readonly uid: string | undefined;
  readonly firmware: string | undefined;
  readonly configCrc: string | undefined;
  readonly mountMm: number | undefined;
}

export interface Sheet {
  readonly title: string;
  readonly port: string;
  readonly link: string;
  /** ISO 8601 with offset. */
  readonly madeAt: string;
  readonly software: string;
  readonly rounds: number;
  readonly rows: readonly SheetRow[];
  readonly findings: readonly Finding[];
  /** undefined: nobody has walked yet. */
  readonly walk: { readonly at: string; readonly findings: readonly string[] } | undefined;
}

const HEAD = [
  'Bay',
  'Address',
  'UID',
  'Firmware',
  'Config',
  'Mount mm',
  'Errors',
  'Answer ms',
  'Supply V',
] as const;

/** One A4 page for up to 32 sensors, to be printed, signed and kept. Everything in it is escaped. */
export function sheetHtml(sheet: Sheet): string {
  const { title, port, link, madeAt, software, rounds, rows, findings, walk } = sheet;
  const facts = [
    `port ${port}`,
    link,
    `${rows.length} sensors, each asked ${rounds} times`,
    madeAt,
    software,
  ];
  const found = findings.map(({ what, look }) => `${what}: ${look}`);
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>Acceptance sheet: ${escaped(title)}</title>
<style>
@page { size: A4; margin: 10mm; }
body { font: 9pt/1.25 sans-serif; margin: 0 auto; max-width: 190mm; color: #000; background: #fff; }
h1 { font-size: 13pt; margin: 0 0 1mm; }
p, ul { margin: 0 0 2mm; }
ul { padding-left: 5mm; }
table { border-collapse: collapse; width: 100%; margin-bottom: 2mm; }
th, td { border: 0.2mm solid #666; padding: 0.3mm 1mm; text-align: left; white-space: nowrap; }
td:nth-child(n + 6) { text-align: right; font-variant-numeric: tabular-nums; }
td:nth-child(3) { font: 7.5pt monospace; }
.sign { display: flex; gap: 8mm; margin-top: 7mm; }
.sign span { border-top: 0.2mm solid #000; flex: 1; padding-top: 1mm; }
</style>
</head>
<body>
<h1>Acceptance sheet: ${escaped(title)}</h1>
<p>${facts.map(escaped).join(' · ')}</p>
<table>
<thead><tr>${HEAD.map((head) => `<th>${head}</th>`).join('')}</tr></thead>
<tbody>
${rows
  .map(
    (row) =>
      `<tr>${cellsOf(row)
        .map((cell) => `<td>${escaped(cell)}</td>`)
        .join('')}</tr>`,
  )
  .join('\n')}
</tbody>
</table>
<p><strong>Line check:</strong> ${found.length === 0 ? 'nothing found.' : ''}</p>
${listOf(found)}
<p><strong>Walk test:</strong> ${walkText(walk)}</p>
${listOf(walk?.findings ?? [])}
<div class="sign"><span>Date, place</span><span>Installed by</span><span>Accepted by</span></div>
</body>
</html>
`;
}

function walkText(walk: Sheet['walk']): string {
  if (walk === undefined) return 'not done.';
  return `${escaped(walk.at)}: ${walk.findings.length === 0 ? 'every sensor hangs over its bay.' : ''}`;
}

function cellsOf({ check, uid, firmware, configCrc, mountMm }: SheetRow): string[] {
  const { name, address, asked, answered, answerMs, supplyMv, isCrowd } = check;
  const middle = answerMs[Math.floor(answerMs.length / 2)];
  const last = answerMs.at(-1);
  const errors = isCrowd ? 'two sensors' : `${asked - answered} of ${asked}`;
  return [
    name,
    String(address),
    uid ?? '–',
    firmware ?? '–',
    configCrc ?? '–',
    mountMm === undefined ? '–' : String(mountMm),
    answered === 0 ? 'no answer' : errors,
    middle === undefined || last === undefined
      ? '–'
      : `${Math.round(middle)} … ${Math.round(last)}`,
    supplyMv === undefined ? '–' : (supplyMv / 1_000).toFixed(2),
  ];
}

/** A page is one page: what does not fit is said to be more. */
const MOST_LISTED = 6;

function listOf(sentences: readonly string[]): string {
  if (sentences.length === 0) return '';
  const more = sentences.length - MOST_LISTED;
  const shown = [
    ...sentences.slice(0, MOST_LISTED),
    ...(more > 0 ? [`and ${more} more: \`line check\` and \`line walk\` list them`] : []),
  ];
  return `<ul>${shown.map((sentence) => `<li>${escaped(sentence)}</li>`).join('')}</ul>`;
}

const ESCAPES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};
const escaped = (text: string): string => text.replaceAll(/[&<>"']/g, (one) => ESCAPES[one] ?? one);
