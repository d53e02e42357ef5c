import type * as z from 'zod';
import type { AccessRole } from '#contract/access.ts';
import type { ProblemCode } from '#contract/problem.ts';
import { RejectedError } from '#runtime/errors.ts';
import type { Caller } from '../operations/caller.ts';
import type { CsvTable } from './csv.ts';
import type { FixedBody } from './fixed-body.ts';
import { FORM_MEDIA, readBody } from './request-body.ts';
import type { Visit } from './visit.ts';

/** What a route gives back; how it travels is decided in one place. */
export type Answer =
  /** JSON, made for this request. */
  | {
      readonly kind: 'value';
      readonly value: unknown;
      readonly status?: 200 | 201;
      readonly headers?: Headers;
    }
  | {
      readonly kind: 'text';
      readonly text: string;
      readonly status?: number;
      readonly headers?: Headers;
    }
  /** The same for everybody, for a while or until the site changes: compressed once, strong ETags. */
  | { readonly kind: 'fixed'; readonly body: FixedBody; readonly headers?: Headers }
  /** A file by its absolute path, in the ranges that are asked for. */
  | { readonly kind: 'file'; readonly path: string }
  /** One JSON line a row, as fast as the client reads. */
  | { readonly kind: 'rows'; readonly rows: AsyncIterable<unknown> }
  /** The same for spreadsheets. */
  | { readonly kind: 'csv'; readonly table: CsvTable }
  /** Bytes, as fast as the client reads. */
  | { readonly kind: 'bytes'; readonly bytes: AsyncIterable<Uint8Array> }
  | { readonly kind: 'nothing'; readonly headers?: Headers }
  /** On to a page of this site, to be asked for with GET. */
  | { readonly kind: 'goTo'; readonly path: string; readonly headers?: Headers };

type Headers = Readonly<Record<string, string>>;

/** Where no other limit is named, a body is read up to this. */
export const BODY_BYTES = 16 * 1024;

/** What a client asked, after negotiation. */
export interface Asked<Query, Body = Buffer> {
  readonly params: Readonly<Record<string, string>>;
  readonly query: Query;
  /** What was sent, where the route takes a body; else empty. */
  readonly body: Body;
  readonly contentType: string | undefined;
  /** The best of the route's media types that the client accepts. */
  readonly media: string;
  /** The client's languages of these, the best first; empty: none. */
  readonly languagesAmong: (languages: readonly string[]) => readonly string[];
  /** Who asks. Everybody may ask what is public, and there nobody is known. */
  readonly caller: Caller | undefined;
  readonly visit: Visit;
}

/** One row of the table that the router, the documents and the tests read. */
export interface Route {
  readonly method: 'get' | 'post' | 'put' | 'patch' | 'delete';
  /** With `{name}` for a parameter. */
  readonly path: string;
  readonly about: string;
  /**
   * `public`: anybody, from any page; `page`: people, no login needed; else the least role. With a
   * role, `lots` says what who has single lots may see here.
   */
  readonly access: 'public' | 'page' | AccessRole;
  /**
   * `filtered`: their own lots' share, and changes within it; `none`: nothing here is of any lot.
   * Absent: nothing, only who has the whole site may ask.
   */
  readonly lots?: 'filtered' | 'none' | undefined;
  /** Asking is a look at what single people did: the audit log gets this action. */
  readonly recordedAs?: string;
  /** Of several apis the primary alone does it: users, sessions, and what is laid over the site. */
  readonly primaryOnly?: true;
  /** In units of a cached answer, 1: see request-budget.ts. */
  readonly cost?: number;
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

type BodyDefinition<Body extends z.ZodType> = Omit<Route, 'body' | 'answer'> & {
  readonly body: Body;
  /** It is that of a page of ours, not JSON. */
  readonly takesForm?: boolean;
  readonly answer: (asked: Asked<unknown, z.infer<Body>>) => Answer | Promise<Answer>;
};

/** A route that takes a body: parsed before it answers. */
export function routeWithBody<Body extends z.ZodType>(definition: BodyDefinition<Body>): Route {
  const { body: schema, takesForm = false, answer, ...route } = definition;
  const media = takesForm ? FORM_MEDIA : 'application/json';
  return {
    ...route,
    body: { media, mostBytes: BODY_BYTES, schema },
    answer: (asked) => {
      const sent = readBody(asked.body, asked.contentType, media);
      return answer({ ...asked, body: parseRequest(schema, sent) });
    },
  };
}

/** What a client sent, as what we asked for. Only this makes a 400 of a schema's failure. */
export function parseRequest<Schema extends z.ZodType>(
  schema: Schema,
  sent: unknown,
): z.infer<Schema> {
  const parsed = schema.safeParse(sent);
  if (parsed.success) return parsed.data;
  const wrong = parsed.error.issues.map(({ path, message }) =>
    path.length === 0 ? message : `${path.join('.')}: ${message}`,
  );
  throw new RejectedError('invalid_request', wrong.join('; '), { cause: parsed.error });
}

/** Who asks, where the table says that somebody must. */
export function callerOf({ caller }: Pick<Asked<unknown>, 'caller'>): Caller {
  if (caller === undefined) throw new Error('a route without a role asks for its caller');
  return caller;
}

/** Who is known by name is the author, whatever is said; the machine's own token speaks for others. */
export function authorOf(asked: Pick<Asked<unknown>, 'caller'>, said: string): string {
  const { kind, name } = callerOf(asked);
  return kind === 'bootstrap' ? said : name;
}

export const PUBLIC_SECONDS = 'public, max-age=2';
/** What changes only with the site: asked again each time, answered 304. */
export const PUBLIC_FIXED = 'public, max-age=60, must-revalidate';
export const NEVER_STORED = 'no-store';
