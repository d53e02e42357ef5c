import { createHash } from 'node:crypto';
import { problems } from '#contract/problem.ts';
import { topics } from '#contract/topics.ts';
import type { Route } from '../http/route.ts';
import { escapeHtml } from '../pages/html.ts';
import { operationIdOf } from './openapi.ts';

/** The interface for people: one page, made from the tables, that loads nothing. */
export function docsPageOf(routes: readonly Route[]): string {
  return [
    '<!doctype html><html lang="en"><head><meta charset="utf-8">',
    '<meta name="viewport" content="width=device-width, initial-scale=1">',
    `<title>Binjari: interface</title><style>${STYLE}</style></head><body><main>`,
    '<h1>Binjari: the interface</h1>',
    '<p>Everything here is read by the same tables that answer. For machines: ',
    '<a href="/openapi.json">OpenAPI 3.1</a>, <a href="/asyncapi.json">AsyncAPI 3.0</a>, ',
    '<a href="/api/v1/site.schema.json">JSON Schema of the site file</a>.</p>',
    '<p>A number is given only while it is known: <code>vacant: null</code> says that it is not. ',
    'The header <code>Binjari-Simulated</code> says whether an answer is invented by the simulator.</p>',
    '<h2 id="http">HTTP</h2>',
    ...(['public', 'viewer', 'operator', 'admin', 'page'] as const).map((access) =>
      routesOf(routes, access),
    ),
    '<h2 id="live">Live</h2><p>WebSocket at <code>/api/v1/live</code>. Send ',
    '<code>{"type":"watch","channels":[{"channel":"lots"}]}</code>; a snapshot comes, then ',
    'numbered deltas. To resume, send the <code>stream</code> and each channel&#39;s last ',
    '<code>seq</code>. Bays marked for residents are counted in their lot and never shown singly.</p>',
    '<h2 id="mqtt">MQTT topics</h2>',
    '<div class="wide" tabindex="0" role="region" aria-label="MQTT topics"><table>',
    '<thead><tr><th scope="col">Topic</th><th scope="col">From → to</th>',
    '<th scope="col">QoS</th><th scope="col">What</th></tr></thead><tbody>',
    ...Object.values(topics).map(topicRow),
    '</tbody></table></div><h2 id="problems">Problems</h2>',
    '<p>Every refusal is <code>application/problem+json</code> (RFC 9457) with one of these codes.</p>',
    '<div class="wide" tabindex="0" role="region" aria-label="Problems"><table>',
    '<thead><tr><th scope="col">Code</th><th scope="col">Status</th>',
    '<th scope="col">What</th></tr></thead><tbody>',
    ...Object.entries(problems).map(
      ([code, { status, title }]) =>
        `<tr>${cell(code, true)}${cell(String(status))}${cell(title)}</tr>`,
    ),
    '</tbody></table></div></main></body></html>\n',
  ].join('');
}

/** Nothing but this page's own style. */
export function docsPolicy(): string {
  const hash = createHash('sha256').update(STYLE).digest('base64');
  return `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; frame-ancestors 'none'`;
}

const titles = {
  public: ['Public', 'For everybody, from any page.'],
  viewer: ['Viewers', 'Logged in at <a href="/login">/login</a>, or with a token.'],
  operator: ['Operators', 'As viewers, with the role <code>operator</code> at least.'],
  admin: ['Admins', 'With the role <code>admin</code>.'],
  page: ['Pages', 'For people.'],
} as const;

function routesOf(routes: readonly Route[], access: Route['access']): string {
  const [title, about] = titles[access];
  const mine = routes.filter((route) => route.access === access);
  return `<h3>${title}</h3><p>${about}</p><dl>${mine.map(routeEntry).join('')}</dl>`;
}

function routeEntry(route: Route): string {
  const query = Object.keys(route.query?.shape ?? {});
  const asked = query.length > 0 ? `?${query.join('&')}` : '';
  const facts = [
    Object.keys(route.media).join(', '),
    ...(route.problems.length > 0 ? [`may refuse: ${route.problems.join(', ')}`] : []),
  ];
  return [
    `<dt id="${operationIdOf(route)}"><code>${route.method.toUpperCase()} `,
    `${escapeHtml(route.path + asked)}</code></dt>`,
    `<dd>${escapeHtml(route.about)}<br><small>${escapeHtml(facts.join(' · '))}</small></dd>`,
  ].join('');
}

function topicRow({ path, publishers, subscribers, qos, retain, about }: TopicFacts): string {
  const who = `${publishers.join(', ')} → ${subscribers.join(', ')}`;
  return `<tr>${cell(path, true)}${cell(who)}${cell(`${qos}${retain ? ', retained' : ''}`)}${cell(about)}</tr>`;
}

type TopicFacts = Pick<
  (typeof topics)[keyof typeof topics],
  'path' | 'publishers' | 'subscribers' | 'qos' | 'retain' | 'about'
>;

function cell(text: string, isCode = false): string {
  return isCode ? `<td><code>${escapeHtml(text)}</code></td>` : `<td>${escapeHtml(text)}</td>`;
}

const STYLE = [
  ':root{color-scheme:light dark}',
  'body{font:16px/1.6 system-ui,sans-serif;margin:0;padding:16px}',
  'main{max-width:60rem;margin:0 auto}',
  'code{font-family:ui-monospace,monospace;overflow-wrap:anywhere}',
  'dt{margin-top:12px}dd{margin:0 0 0 16px}',
  '.wide{overflow-x:auto}',
  'table{border-collapse:collapse}',
  'th,td{text-align:left;vertical-align:top;padding:4px 16px 4px 0;border-bottom:1px solid #8888}',
].join('');
