import * as z from 'zod';
import { IsoInstant } from './time.ts';

/** Every problem that a client of the HTTP interface may meet, with its status and title. */
export const problems = {
  invalid_request: { status: 400, title: 'The request is not what this address asks for' },
  not_authorised: { status: 401, title: 'A valid operator token is needed' },
  not_found: { status: 404, title: 'Nothing is at this address' },
  unknown_version: { status: 404, title: 'The site never had such a version' },
  unknown_overlay: { status: 404, title: 'No such overlay is in force' },
  unknown_lot: { status: 404, title: 'The site has no such lot' },
  method_not_allowed: { status: 405, title: 'This address does not take that method' },
  not_acceptable: { status: 406, title: 'No such representation' },
  request_too_slow: { status: 408, title: 'The request took too long to arrive' },
  cannot_replay: { status: 409, title: 'This dead letter cannot be put into the log' },
  body_too_large: { status: 413, title: 'The body is too large' },
  range_not_satisfiable: { status: 416, title: 'The file has no such bytes' },
  invalid_site: { status: 422, title: 'The site file has problems; nothing was changed' },
  range_too_wide: { status: 422, title: 'The asked range is too wide' },
  too_many_requests: { status: 429, title: 'Too many requests' },
  headers_too_large: { status: 431, title: 'The headers are too large' },
  internal: { status: 500, title: 'Something broke here; it has been logged' },
  view_not_ready: { status: 503, title: 'History is being rebuilt' },
  too_many_clients: { status: 503, title: 'No room for another live client' },
  not_ready: { status: 503, title: 'The service is not ready' },
} as const;

export type ProblemCode = keyof typeof problems;

/** One thing that must hold for a process to do its work. */
export const ReadyCheck = z.object({
  name: z.string(),
  ok: z.boolean(),
  detail: z.string(),
  since: IsoInstant.describe('since when it is as it is'),
});

/** RFC 9457, `application/problem+json`. `type` is `about:blank#<code>`-free: the code says it all. */
export const Problem = z.object({
  type: z.string(),
  title: z.string(),
  status: z.int(),
  code: z.enum(Object.keys(problems) as [ProblemCode, ...ProblemCode[]]),
  detail: z.string(),
  instance: z.string().optional(),
  checks: z.array(ReadyCheck).optional().describe('with not_ready: what holds, and what does not'),
  errors: z.array(z.object({ at: z.string(), expected: z.string() })).optional(),
});
export type Problem = z.infer<typeof Problem>;
