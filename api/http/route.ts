import type * as z from 'zod';
import type { ProblemCode } from '#contract/problem.ts';
import { RejectedError } from '#runtime/errors.ts';
import type { FixedBody } from './fixed-body.ts';

/** What a route gives back; how it travels is decided in one place. */
export type Answer =
  /** JSON, made for this request. */
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'text'; readonly text: string; readonly headers?: Headers }
  /** The same for everybody, for a while or until the site changes: compressed once, strong ETags. */
  | { readonly kind: 'fixed'; readonly body: FixedBody; readonly headers?: Headers }
  /** A file by its absolute path, in the ranges that are asked for. */
  | { readonly kind: 'file'; readonly path: string }
  /** One JSON line a row, as fast as the client reads. */
  | { readonly kind: 'rows'; readonly rows: AsyncIterable<unknown> }
  /** Bytes, as fast as the client reads. */
  | { readonly kind: 'bytes'; readonly bytes: AsyncIterable<Uint8Array> };

type Headers = Readonly<Record<string, string>>;

/** What a client asked, after negotiation. */
export interface Asked<Query> {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Query;
  /** The best of the route's media types that the client accepts. */
  readonly media: string;
  /** What was sent, where the route takes a body; else empty. */
  readonly body: Buffer;
  /** The client's languages of these, the best first; empty: none. */
  readonly languagesAmong: (languages: readonly string[]) => readonly string[];
}

/** One row of the table that the router, the documents and the tests read. */
export interface Route {
  readonly method: 'get' | 'post';
  /** With `{name}` for a parameter. */
  readonly path: string;
  readonly about: string;
  /** `public`: anybody, from any page; `page`: people; `operator`: with the token. */
  readonly access: 'public' | 'page' | 'operator';
  readonly params?: z.ZodObject;
  readonly query?: z.ZodObject;
  /** What it takes; longer ones are refused unread. Other routes' bodies are read and dropped. */
  readonly body?: RouteBody;
  /** By media type, the default first; the schema of rows is that of one row. */
  readonly media: Readonly<Record<string, z.ZodType>>;
  readonly problems: readonly ProblemCode[];
  readonly cacheControl: string;
  readonly answer: (asked: Asked<unknown>) => Answer | Promise<Answer>;
}

export interface RouteBody {
  readonly media: string;
  readonly mostBytes: number;
  readonly schema: z.ZodType;
}

type RouteDefinition<Query extends z.ZodObject> = Omit<Route, 'query' | 'answer'> & {
  readonly query: Query;
  readonly answer: (asked: Asked<z.infer<Query>>) => Answer | Promise<Answer>;
};

/** A route with a query: parsed before it answers. */
export function routeWithQuery<Query extends z.ZodObject>(
  definition: RouteDefinition<Query>,
): Route {
  return {
    ...definition,
    answer: (asked) =>
      definition.answer({ ...asked, query: parseRequest(definition.query, asked.query) }),
  };
}

/** What a client sent, as what we asked for. Only this makes a 400 of a schema's failure. */
export function parseRequest<Schema extends z.ZodType>(
  schema: Schema,
  sent: unknown,
): z.infer<Schema> {
  const parsed = schema.safeParse(sent);
  if (parsed.success) return parsed.data;
  const wrong = parsed.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`);
  throw new RejectedError('invalid_request', wrong.join('; '), { cause: parsed.error });
}

export const PUBLIC_SECONDS = 'public, max-age=2';
/** What changes only with the site: asked again each time, answered 304. */
export const PUBLIC_FIXED = 'public, max-age=60, must-revalidate';
export const NEVER_STORED = 'no-store';
