import { extname } from 'node:path';
import express from 'express';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import { encodingsOf } from './encodings.ts';
import { vary } from './send.ts';

/** As the page's build names what it has compressed beside each text. */
const ENDINGS = { br: '.br', gzip: '.gz' } as const;
type Compressed = keyof typeof ENDINGS;
const isCompressed = (path: string) => Object.values(ENDINGS).includes(extname(path) as never);

/**
 * Files of the page's build, as the build has compressed them where the client takes that. Those
 * named by their content never change.
 */
export function assets(folder: string): RequestHandler {
  const plain = filesOf(folder);
  const compressed = { br: filesOf(folder, 'br'), gzip: filesOf(folder, 'gzip') };
  return (request, response, next) => {
    // Another form of a file, not a file of its own.
    if (isCompressed(request.path)) return next();
    const tries = encodingsOf(request).filter((each): each is Compressed => each in ENDINGS);
    const tryNext = (): void => {
      const encoding = tries.shift();
      if (!encoding) return void plain(request, response, next);
      underName(ENDINGS[encoding], compressed[encoding], request, response, tryNext, next);
    };
    tryNext();
  };
}

/** Looks for the file whose name ends so, too; `absent`: there is none. */
function underName(
  ending: string,
  files: RequestHandler,
  request: Request,
  response: Response,
  absent: () => void,
  next: NextFunction,
): void {
  const { url } = request;
  const [path = ''] = url.split('?', 1);
  request.url = `${path}${ending}${url.slice(path.length)}`;
  void files(request, response, (error?: unknown) => {
    request.url = url;
    if (error === undefined) absent();
    else next(error);
  });
}

function filesOf(folder: string, encoding?: Compressed): RequestHandler {
  return express.static(folder, {
    dotfiles: 'deny',
    index: false,
    redirect: false,
    setHeaders: (response, path) => {
      const isHashed = /[/\\]assets[/\\]/.test(path.slice(folder.length));
      const keep = isHashed ? 'public, max-age=31536000, immutable' : 'no-cache';
      response.setHeader('Cache-Control', keep);
      vary(response, 'Accept-Encoding');
      if (encoding === undefined) return;
      response.setHeader('Content-Encoding', encoding);
      response.type(extname(path.slice(0, -ENDINGS[encoding].length)));
    },
  });
}
