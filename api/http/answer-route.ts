import { stat } from 'node:fs/promises';
import type { Request, RequestHandler, Response } from 'express';
import { RejectedError } from '#runtime/errors.ts';
import type { Audit } from '../operations/audit.ts';
import type { Caller } from '../operations/caller.ts';
import type { Answer, Route } from './route.ts';
import { encodingsOf } from './encodings.ts';
import { sendAnswer, vary } from './send.ts';
import type { Visit } from './visit.ts';

export interface AnswerParts {
  readonly audit: Audit;
  /** Takes more than the one unit that every request costs; throws TryLaterError. */
  readonly spend: (cost: number, request: Request, response: Response) => void;
  /** How the request came here; the app decided it before anything else. */
  readonly visitOf: (response: Response) => Visit;
  /** Who asks, as the guard found. */
  readonly callerOf: (response: Response) => Caller | undefined;
}

/** A row of the table as a listener: who asks and whether they may, what, and the answer. */
export function answerRoute(
  route: Route,
  { audit, spend, visitOf, callerOf: callerOfAnswer }: AnswerParts,
): RequestHandler {
  const medias = Object.keys(route.media);
  return async (request, response) => {
    const visit = visitOf(response);
    const caller = callerOfAnswer(response);
    // Who is known answers for what they ask.
    if (caller === undefined && route.cost !== undefined) spend(route.cost - 1, request, response);
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
      contentType: request.headers['content-type'],
      media,
      languagesAmong: (languages) => acceptedLanguages(request, languages),
      caller,
      visit,
    });
    if (route.recordedAs !== undefined && caller !== undefined) {
      audit.append(caller, { action: route.recordedAs, subject: request.originalUrl });
    }
    response.setHeader('Cache-Control', route.cacheControl);
    await send(answer, media, request, response);
  };
}

async function send(
  answer: Answer,
  media: string,
  request: Request,
  response: Response,
): Promise<void> {
  if (answer.kind === 'file') return sendFile(answer.path, media, response);
  const [encoding = 'identity'] = encodingsOf(request);
  await sendAnswer(answer, { request, response, media, encoding });
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
