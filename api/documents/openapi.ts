import {
  extendZodWithOpenApi,
  OpenApiGeneratorV31,
  OpenAPIRegistry,
} from '@asteasolutions/zod-to-openapi';
import type { RouteConfig } from '@asteasolutions/zod-to-openapi';
import * as z from 'zod';
import { Problem, problems } from '#contract/problem.ts';
import type { ProblemCode } from '#contract/problem.ts';
import type { Route } from '../http/route.ts';
import { VERSION } from '../version.ts';
import { withPortablePatterns } from './portable-patterns.ts';

const PROBLEM_MEDIA = 'application/problem+json';

/** The HTTP interface as an OpenAPI 3.1 document, made from the table that the router reads. */
export function openApiDocumentOf(
  routes: readonly Route[],
  publicUrl: string | undefined,
): Record<string, unknown> {
  extendZodWithOpenApi(z);
  const registry = new OpenAPIRegistry();
  // A copy: only schemas made after the extension have its methods.
  const problem = registry.register('Problem', Problem.clone());
  registry.registerComponent('securitySchemes', 'token', {
    type: 'http',
    scheme: 'bearer',
    description: 'A token of a machine, `bnj_…`, or the one of the operator token file.',
  });
  registry.registerComponent('securitySchemes', 'session', {
    type: 'apiKey',
    in: 'cookie',
    name: '__Host-binjari',
    description:
      'Set by POST /api/v1/session; `binjari` on plain http of the machine itself. A change needs the Origin of this site.',
  });
  for (const route of routes) registry.registerPath(pathOf(route, problem));
  const document = new OpenApiGeneratorV31(registry.definitions).generateDocument({
    openapi: '3.1.0',
    info: {
      title: 'Binjari',
      version: VERSION,
      description:
        'Parking bays of shopping streets and markets, with honest unknowns: a number is given only while it is known. Every answer says in the header Binjari-Simulated whether it comes from the simulator.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: publicUrl ?? '/' }],
  });
  return { ...withPortablePatterns(document) };
}

function pathOf(route: Route, problem: z.ZodType): RouteConfig {
  const { method, path, about, params, query, body, access } = route;
  const answered = Object.fromEntries(
    Object.entries(route.media).map(([media, schema]) => [media, { schema }]),
  );
  return {
    method,
    path,
    summary: about,
    ...(isGuarded(route) && { description: permissionOf(route) }),
    operationId: operationIdOf(route),
    tags: [access],
    ...(isGuarded(route) && { security: [{ token: [] }, { session: [] }] }),
    request: {
      ...(params && { params }),
      ...(query && { query }),
      ...(body && { body: { required: true, content: { [body.media]: { schema: body.schema } } } }),
    },
    responses: {
      200: { description: about, content: answered },
      ...Object.fromEntries(
        statusesOf(route).map(([status, codes]) => [
          status,
          {
            description: codes.map((code) => `\`${code}\`: ${problems[code].title}`).join('; '),
            content: { [PROBLEM_MEDIA]: { schema: problem } },
          },
        ]),
      ),
    },
  };
}

const isGuarded = ({ access }: Route): boolean => access !== 'public' && access !== 'page';

function permissionOf({ access, lots }: Route): string {
  const of = {
    filtered: 'who has single lots sees and changes only what is of them',
    none: 'whatever their lots',
    site: 'of the whole site',
  };
  return `Least role: ${access}; ${of[lots ?? 'site']}.`;
}

/** What any address may answer, with what this one says of itself, by status. */
function statusesOf({ problems: own, query, body }: Route): [number, ProblemCode[]][] {
  const any: readonly ProblemCode[] = [
    'method_not_allowed',
    'not_acceptable',
    'body_too_large',
    'url_too_long',
    'too_many_requests',
  ];
  const codes = new Set<ProblemCode>([
    ...own,
    ...any,
    ...(query ? ['invalid_request' as const] : []),
    ...(body ? ['unsupported_media' as const] : []),
  ]);
  const byStatus = new Map<number, ProblemCode[]>();
  for (const code of codes) {
    const { status } = problems[code];
    byStatus.set(status, [...(byStatus.get(status) ?? []), code]);
  }
  return [...byStatus].toSorted(([a], [b]) => a - b);
}

/** `get /api/v1/lots/{lot}/history` is `getLotsLotHistory`, `get /account` is `getAccountPage`. */
export function operationIdOf({ method, path }: Pick<Route, 'method' | 'path'>): string {
  const words = path.replace('/api/v1', '').split(/[^a-zA-Z]+/);
  const name = words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
  return `${method}${name}${path.startsWith('/api/') ? '' : 'Page'}`;
}
