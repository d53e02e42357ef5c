import { Parser } from '@asyncapi/parser';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import * as z from 'zod';
import type { Route } from '#api/http/route.ts';
import { topics } from '#contract/topics.ts';
import { serveStreet } from '../http/served-street.ts';
import type { ServedStreet } from '../http/served-street.ts';

let street: ServedStreet;
beforeAll(async () => {
  street = await serveStreet({ config: { publicUrl: 'https://parking.example' } });
});
afterAll(async () => street[Symbol.asyncDispose]());

const text = async (path: string) => (await fetch(`${street.url}${path}`)).text();

interface OpenApi {
  openapi: string;
  servers: { url: string }[];
  components: { schemas: Record<string, object> };
  paths: Record<
    string,
    Record<
      string,
      {
        operationId: string;
        responses: Record<string, { content: Record<string, { schema: object }> }>;
      }
    >
  >;
}
/** A login is refused with 401, too. */
const isGuarded = ({ access, problems }: Route): boolean =>
  (access !== 'public' && access !== 'page') || problems.includes('wrong_login');
const openApi = async () => JSON.parse(await text('/openapi.json')) as OpenApi;

describe('the OpenAPI document', () => {
  test('has every route, with every media type that it answers in, and its problems', async () => {
    const { openapi, paths, servers } = await openApi();
    expect(openapi).toBe('3.1.0');
    expect(servers).toEqual([{ url: 'https://parking.example' }]);
    const said = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method} ${path}`),
    );
    const there = street.serving.routes.map(({ method, path }) => `${method} ${path}`);
    expect(said.toSorted()).toEqual(there.toSorted());
    const ids = new Set<string>();
    for (const route of street.serving.routes) {
      const { path, method, media } = route;
      const operation = paths[path]?.[method];
      ids.add(operation?.operationId ?? '');
      const { responses = {} } = operation ?? {};
      expect(Object.keys(responses['200']?.content ?? {})).toEqual(Object.keys(media));
      expect(Object.keys(responses)).toEqual(expect.arrayContaining(['200', '405', '406']));
      expect('401' in responses).toBe(isGuarded(route));
    }
    expect(ids.size).toBe(there.length);
  });

  test('describes truly what is answered: each answer is valid by the document alone', async () => {
    const { paths } = await openApi();
    street.liveState.set([['full-2', 'vacant']], Date.now());
    const asked: Record<string, string> = {
      '/api/v1/site': '',
      '/api/v1/markets': '',
      '/api/v1/lots': '',
      '/api/v1/lots/{lot}': '',
      '/api/v1/lots/{lot}/history': '?from=2026-11-01T00:00:00Z&to=2026-11-01T03:00:00Z',
      '/api/v1/map': '',
      '/api/v1/backdrop': '',
      '/api/v1/bays': '?lot=full',
      '/api/v1/live': '?channel=lot:full',
      '/healthz': '',
      '/readyz': '',
    };
    for (const [path, query] of Object.entries(asked)) {
      const content = Object.values(paths[path]?.['get']?.responses['200']?.content ?? {});
      const schema = z.fromJSONSchema(content[0]?.schema as Parameters<typeof z.fromJSONSchema>[0]);
      const answer = JSON.parse(await text(path.replace('{lot}', 'full') + query)) as unknown;
      expect([path, schema.safeParse(answer).error]).toEqual([path, undefined]);
      // A schema that lets anything through would prove nothing.
      expect(schema.safeParse({}).success).toBe(false);
    }
  });

  test('has patterns that a reader of JSON Schema can use', async () => {
    const patterns = [...(await text('/openapi.json')).matchAll(/"pattern":"((?:[^"\\]|\\.)*)"/g)];
    expect(patterns.length).toBeGreaterThan(10);
    for (const [, pattern] of patterns) {
      const source = JSON.parse(`"${pattern}"`) as string;
      expect(source).not.toMatch(/\/[a-z]*$/);
      expect(() => new RegExp(source, 'u')).not.toThrow();
    }
  });
});

/** Of the parser's four severities, errors and warnings count. */
const COUNTING = new Set<unknown>([0, 1]);

describe('the AsyncAPI document', () => {
  test('is valid, and has every topic of the table and the live channel', async () => {
    const { document, diagnostics } = await new Parser().parse(await text('/asyncapi.json'));
    const wrong = diagnostics.filter(({ severity }) => COUNTING.has(severity));
    expect(wrong.map(({ message, path }) => `${path.join('.')}: ${message}`)).toEqual([]);
    const addresses = document?.channels().map((channel) => String(channel.address())) ?? [];
    const paths = Object.values(topics).map(({ path }) => path);
    expect(new Set(addresses)).toEqual(new Set([...paths, '/api/v1/live']));
    const live = document?.channels().get('live');
    expect(
      live
        ?.messages()
        .map((message) => message.name())
        .toSorted(),
    ).toEqual(['beat', 'delta', 'snapshot', 'watch']);
    expect(document?.servers().get('live')?.host()).toBe('parking.example');
  });
});

describe('the schema of the site file', () => {
  test('accepts a site file and names what is missing in one', async () => {
    const json = JSON.parse(await text('/api/v1/site.schema.json')) as Parameters<
      typeof z.fromJSONSchema
    >[0];
    const schema = z.fromJSONSchema(json);
    const { header, markets } = street.site;
    const file = { type: 'FeatureCollection', binjari: header, features: markets };
    expect(schema.safeParse(file).error).toBeUndefined();
    expect(schema.safeParse({ ...file, binjari: { ...header, currency: 'won' } }).success).toBe(
      false,
    );
    expect(
      schema.safeParse({ ...file, features: [{ ...markets[0], properties: {} }] }).success,
    ).toBe(false);
  });
});

describe('the page for people', () => {
  test('lists every route, topic and problem, and loads nothing', async () => {
    const answer = await fetch(`${street.url}/docs`);
    const html = await answer.text();
    for (const { path } of street.serving.routes) expect(html).toContain(path);
    for (const { path } of Object.values(topics)) expect(html).toContain(path);
    expect(html).not.toMatch(/<script|<link|src=|https?:\/\//);
    const policy = answer.headers.get('content-security-policy') ?? '';
    expect(policy).toMatch(/^default-src 'none'; style-src 'sha256-[\w+/=]+'/);
  });
});
