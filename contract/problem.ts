import * as z from 'zod';
import { IsoInstant } from './time.ts';

/** Every problem that a client of the HTTP interface may meet, with its status and title. */
export const problems = {
  invalid_request: { status: 400, title: 'The request is not what this address asks for' },
  not_authorised: { status: 401, title: 'A login or a valid token is needed' },
  wrong_login: { status: 401, title: 'The login is wrong' },
  forbidden: { status: 403, title: 'Your role or your lots do not include this' },
  password_change_needed: { status: 403, title: 'The first password must be changed' },
  cross_site: { status: 403, title: 'Another site may not ask for this' },
  needs_tls: { status: 403, title: 'Passwords are taken over TLS only' },
  not_found: { status: 404, title: 'Nothing is at this address' },
  unknown_version: { status: 404, title: 'The site never had such a version' },
  unknown_overlay: { status: 404, title: 'No such overlay is in force' },
  unknown_sign: { status: 404, title: 'The site has no such sign' },
  unknown_control: { status: 404, title: 'No such control of a sign is in force' },
  unknown_lot: { status: 404, title: 'The site has no such lot' },
  unknown_sensor: { status: 404, title: 'The site has no such sensor' },
  unknown_market: { status: 404, title: 'The site has no such market' },
  unknown_alarm: { status: 404, title: 'No such alarm holds' },
  unknown_user: { status: 404, title: 'There is no such user' },
  unknown_token: { status: 404, title: 'There is no such token' },
  method_not_allowed: { status: 405, title: 'This address does not take that method' },
  not_acceptable: { status: 406, title: 'No such representation' },
  request_too_slow: { status: 408, title: 'The request took too long to arrive' },
  name_taken: { status: 409, title: 'The name is taken' },
  last_admin: { status: 409, title: 'Somebody must be admin of the whole site' },
  no_alarm_outlet: { status: 409, title: 'No address is configured for alarms' },
  cannot_replay: { status: 409, title: 'This dead letter cannot be put into the log' },
  body_too_large: { status: 413, title: 'The body is too large' },
  url_too_long: { status: 414, title: 'The address is too long' },
  unsupported_media: { status: 415, title: 'No body of that kind here' },
  range_not_satisfiable: { status: 416, title: 'The file has no such bytes' },
  not_primary: { status: 421, title: 'Another api of this site decides this: the primary' },
  invalid_site: { status: 422, title: 'The site file has problems; nothing was changed' },
  events_expired: { status: 422, title: 'Single events of that time are not kept any more' },
  range_too_wide: { status: 422, title: 'The asked range is too wide' },
  weak_password: { status: 422, title: 'The password may not be one' },
  too_many_requests: { status: 429, title: 'Too many requests' },
  headers_too_large: { status: 431, title: 'The headers are too large' },
  internal: { status: 500, title: 'Something broke here; it has been logged' },
  view_not_ready: { status: 503, title: 'History is being rebuilt' },
  too_busy: { status: 503, title: 'Too many ask for this at once' },
  login_busy: { status: 503, title: 'Too many log in at once' },
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
