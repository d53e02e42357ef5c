import type { IncomingMessage, ServerResponse } from 'node:http';
import compression from 'compression';
import express from 'express';
import type { ErrorRequestHandler, Express, Request, RequestHandler, Response } from 'express';
import type { Clock } from '#runtime/clock.ts';
import { RejectedError } from '#runtime/errors.ts';
import type { Log } from '#runtime/log.ts';
import type { Audit } from '../operations/audit.ts';
import type { Caller } from '../operations/caller.ts';
import { answerRoute } from './answer-route.ts';
import type { AnswerParts } from './answer-route.ts';
import { assets } from './assets.ts';
import type { Guard } from './guard.ts';
import { PROBLEM_MEDIA, problemAnswerOf } from './problem-answer.ts';
import type { RequestBudget } from './request-budget.ts';
import { BODY_BYTES } from './route.ts';
import type { Route } from './route.ts';
import { TLS_ONLY } from './security.ts';
import type { Visit } from './visit.ts';

export interface AppOptions {
  readonly routes: readonly Route[];
  readonly assetFolder: string;
  readonly simulated: () => boolean;
  readonly guard: Guard;
  /** False: what only a primary may do is refused. */
  readonly isPrimary: boolean;
  readonly audit: Audit;
  readonly budget: RequestBudget;
  /** How a request came here. */
  readonly visitOf: (request: IncomingMessage) => Visit;
  /** What a browser may do with the answer of a path. */
  readonly securityHeadersOf: (path: string) => Readonly<Record<string, string>>;
  /** Called once an answer has left. */
  readonly answered: (path: string, method: string, status: number) => void;
  readonly clock: Clock;
  readonly log: Log;
}

export type App = (request: IncomingMessage, response: ServerResponse) => void;

const URL_CHARACTERS = 2_048;
const NO_ROUTE = 'none';
const FILE_COST = 0.2;

/** The one place where Express is: the table of routes becomes a server's listener. */
export function openApp(options: AppOptions): App {
  const app: Express = express();
  app.disable('x-powered-by');
  app.disable('etag');
  app.set('query parser', 'simple');
  app.set('trust proxy', false);
  app.set('case sensitive routing', true);
  app.use(everyAnswer(options));
  app.use(compression({ threshold: 1_024 }));
  for (const path of new Set(options.routes.map((route) => route.path))) {
    mount(
      app,
      path,
      options.routes.filter((route) => route.path === path),
      options,
    );
  }
  app.use(bodyUpTo(BODY_BYTES));
  app.use((request, response, next) => {
    spend(options, FILE_COST, request, response);
    next();
  });
  app.use(assets(options.assetFolder));
  app.use((request) => {
    throw new RejectedError('not_found', `Nothing is at ${request.path}; see /docs.`);
  });
  app.use(answerProblems(options.log));
  return (request, response) => void app(request, response);
}

const visitOfAnswer = (response: Response): Visit => response.locals['visit'] as Visit;

function mount(app: Express, path: string, routes: readonly Route[], options: AppOptions): void {
  const { guard, audit, isPrimary } = options;
  const parts: AnswerParts = {
    audit,
    spend: (cost, request, response) => spend(options, cost, request, response),
    visitOf: visitOfAnswer,
    callerOf: (response) => response.locals['caller'] as Caller | undefined,
  };
  const pattern = path.replaceAll(/\{(\w+)\}/g, ':$1');
  const methods = routes.flatMap(({ method }) =>
    method === 'get' ? ['GET', 'HEAD'] : [method.toUpperCase()],
  );
  const allow = [...methods, 'OPTIONS'].join(', ');
  const isPublic = routes.every(({ access }) => access === 'public');
  const named: RequestHandler = (request, response, next) => {
    response.locals['path'] = path;
    spend(options, 1, request, response);
    if (isPublic) {
      response.setHeader('Access-Control-Allow-Origin', '*');
      response.setHeader('Access-Control-Expose-Headers', 'ETag, Binjari-Simulated');
    }
    next();
  };
  app.all(pattern, named);
  for (const route of routes) {
    const admit: RequestHandler = (request, response, next) => {
      if (route.primaryOnly && !isPrimary) {
        throw new RejectedError('not_primary', 'This api is a secondary: ask the primary.');
      }
      response.locals['caller'] = guard.admit(route, request, visitOfAnswer(response));
      next();
    };
    const body = bodyUpTo(route.body?.mostBytes ?? BODY_BYTES);
    // Who is not admitted sends no large body either.
    app[route.method](pattern, admit, body, answerRoute(route, parts));
  }
  app.options(pattern, (_request, response) => {
    response.setHeader('Allow', allow);
    if (isPublic) {
      response.setHeader('Access-Control-Allow-Methods', 'GET, HEAD');
      response.setHeader('Access-Control-Allow-Headers', 'If-None-Match');
      response.setHeader('Access-Control-Max-Age', '86400');
    }
    response.status(204).end();
  });
  app.all(pattern, (request, response) => {
    response.setHeader('Allow', allow);
    throw new RejectedError(
      'method_not_allowed',
      `${request.method} is not for ${path}: ${allow}.`,
    );
  });
}

function bodyUpTo(limit: number): RequestHandler {
  return express.raw({ type: () => true, limit, inflate: false });
}

function everyAnswer(options: AppOptions): RequestHandler {
  const { simulated, answered, visitOf, securityHeadersOf } = options;
  return (request, response, next) => {
    const visit = visitOf(request);
    response.locals['visit'] = visit;
    setHeaders(response, securityHeadersOf(request.path));
    if (visit.way === 'tls') setHeaders(response, TLS_ONLY);
    response.setHeader('Binjari-Simulated', String(simulated()));
    response.once('close', () => {
      answered(String(response.locals['path'] ?? NO_ROUTE), request.method, response.statusCode);
    });
    if (request.originalUrl.length > URL_CHARACTERS) {
      throw new RejectedError(
        'url_too_long',
        `An address has at most ${URL_CHARACTERS} characters.`,
      );
    }
    next();
  };
}

function spend(
  { budget, clock }: Pick<AppOptions, 'budget' | 'clock'>,
  cost: number,
  request: Request,
  response: Response,
): void {
  const { 'user-agent': agent = '', 'accept-language': languages = '' } = request.headers;
  const traits = `${agent.slice(0, 200)} ${languages.slice(0, 100)}`;
  budget.spend(cost, request.socket, visitOfAnswer(response), traits, clock.monoMs());
}

function setHeaders(response: Response, headers: Readonly<Record<string, string>>): void {
  for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
}

function answerProblems(log: Log): ErrorRequestHandler {
  return (error: unknown, request: Request, response: Response, _next) => {
    const { problem, headers, bug } = problemAnswerOf(error, request.path);
    if (bug) log.error({ path: request.path, error }, 'api.request.broken');
    if (response.headersSent) {
      response.destroy();
      return;
    }
    for (const name of ['ETag', 'Content-Encoding', 'Content-Length']) response.removeHeader(name);
    setHeaders(response, headers);
    response.setHeader('Content-Type', PROBLEM_MEDIA);
    response.setHeader('Cache-Control', 'no-store');
    response.status(problem.status).end(JSON.stringify(problem));
  };
}
