import { stat } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import compression from 'compression';
import express from 'express';
import type { ErrorRequestHandler, Express, Request, RequestHandler, Response } from 'express';
import { RejectedError } from '#runtime/errors.ts';
import type { Log } from '#runtime/log.ts';
import type { Encoding } from './fixed-body.ts';
import type { OperatorToken } from './operator-token.ts';
import { PROBLEM_MEDIA, problemAnswerOf } from './problem-answer.ts';
import type { Route } from './route.ts';
import { DATA_POLICY, EVERY_ANSWER } from './security.ts';
import { sendAnswer, vary } from './send.ts';

export interface AppOptions {
  readonly routes: readonly Route[];
  readonly assetFolder: string;
  readonly simulated: () => boolean;
  readonly token: OperatorToken;
  /** Called once an answer has left. */
  readonly answered: (path: string, method: string, status: number) => void;
  readonly log: Log;
}

export type App = (request: IncomingMessage, response: ServerResponse) => void;

/** Where no body is taken, one that comes is read up to this and dropped. */
const BODY_BYTES = 16 * 1024;
const NO_ROUTE = 'none';

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
      options.token,
    );
  }
  app.use(bodyUpTo(BODY_BYTES));
  app.use(assets(options.assetFolder));
  app.use((request) => {
    throw new RejectedError('not_found', `Nothing is at ${request.path}; see /docs.`);
  });
  app.use(answerProblems(options.log));
  return (request, response) => void app(request, response);
}

function mount(app: Express, path: string, routes: readonly Route[], token: OperatorToken): void {
  const pattern = path.replaceAll(/\{(\w+)\}/g, ':$1');
  const methods = routes.flatMap(({ method }) => (method === 'get' ? ['GET', 'HEAD'] : ['POST']));
  const allow = [...methods, 'OPTIONS'].join(', ');
  const isPublic = routes.every(({ access }) => access === 'public');
  const named: RequestHandler = (_request, response, next) => {
    response.locals['path'] = path;
    if (isPublic) {
      response.setHeader('Access-Control-Allow-Origin', '*');
      response.setHeader('Access-Control-Expose-Headers', 'ETag, Binjari-Simulated');
    }
    next();
  };
  app.all(pattern, named);
  for (const route of routes) {
    const body = bodyUpTo(route.body?.mostBytes ?? BODY_BYTES);
    // Who is not admitted sends no large body either.
    app[route.method](pattern, admit(route, token), body, answerRoute(route));
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

function admit({ access }: Route, token: OperatorToken): RequestHandler {
  return (request, _response, next) => {
    if (access === 'operator' && !token.admits(request.headers.authorization)) {
      throw new RejectedError('not_authorised', 'Send the header "Authorization: Bearer <token>".');
    }
    next();
  };
}

function answerRoute(route: Route): RequestHandler {
  const medias = Object.keys(route.media);
  return async (request, response) => {
    if (medias.length > 1) vary(response, 'Accept');
    const media = request.accepts(medias);
    if (media === false) {
      throw new RejectedError('not_acceptable', `Here there is ${medias.join(' and ')}.`);
    }
    const answer = await route.answer({
      params: Object.fromEntries(
        Object.entries(request.params).map(([name, value]) => [name, String(value)]),
      ),
      query: request.query,
      body: Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0),
      media,
      languagesAmong: (languages) => acceptedLanguages(request, languages),
    });
    response.setHeader('Cache-Control', route.cacheControl);
    if (answer.kind === 'file') return sendFile(answer.path, media, response);
    const encoding = request.acceptsEncodings('br', 'gzip', 'identity') || 'identity';
    await sendAnswer(answer, { request, response, media, encoding: encoding as Encoding });
  };
}

/**
 * With Accept-Ranges; a client that leaves early is no error. The ETag is a strong one: a reader of
 * ranges learns by it that the file was replaced between two of them.
 */
async function sendFile(path: string, media: string, response: Response): Promise<void> {
  const { size, mtimeMs } = await stat(path).catch((error: unknown) => {
    throw new RejectedError('not_found', 'The file is not there.', { cause: error });
  });
  response.setHeader('Content-Type', media);
  response.setHeader('ETag', `"${size.toString(36)}-${mtimeMs.toString(36)}"`);
  await new Promise<void>((resolve, reject) => {
    response.sendFile(path, { cacheControl: false }, (error?: Error) => {
      const isGone = response.destroyed || response.headersSent;
      if (error && !isGone) reject(error);
      else resolve();
    });
  });
}

/** Who sends no header, or `*`, takes any: the page's first, its fallback. */
function acceptedLanguages(request: Request, languages: readonly string[]): readonly string[] {
  const best = request.acceptsLanguages([...languages]);
  return best === false ? [] : [best];
}

function everyAnswer({ simulated, answered }: AppOptions): RequestHandler {
  return (request, response, next) => {
    for (const [name, value] of Object.entries(EVERY_ANSWER)) response.setHeader(name, value);
    response.setHeader('Content-Security-Policy', DATA_POLICY);
    response.setHeader('Binjari-Simulated', String(simulated()));
    response.once('close', () => {
      answered(String(response.locals['path'] ?? NO_ROUTE), request.method, response.statusCode);
    });
    next();
  };
}

/** Files of the page's build: those named by their content never change. */
function assets(folder: string): RequestHandler {
  return express.static(folder, {
    dotfiles: 'deny',
    index: false,
    redirect: false,
    setHeaders: (response, path) => {
      const isHashed = /[/\\]assets[/\\]/.test(path.slice(folder.length));
      const keep = isHashed ? 'public, max-age=31536000, immutable' : 'no-cache';
      response.setHeader('Cache-Control', keep);
    },
  });
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
    for (const [name, value] of Object.entries(headers)) response.setHeader(name, value);
    response.setHeader('Content-Type', PROBLEM_MEDIA);
    response.setHeader('Cache-Control', 'no-store');
    response.status(problem.status).end(JSON.stringify(problem));
  };
}
