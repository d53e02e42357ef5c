import * as z from 'zod';
import type { ApiContext } from './context.ts';
import { NEVER_STORED } from './route.ts';
import type { Route } from './route.ts';

/** For operators: all truth of the api, while it runs. */
export function backupRoute({ backup }: ApiContext): Route {
  return {
    method: 'post',
    access: 'admin',
    recordedAs: 'backup.take',
    cacheControl: NEVER_STORED,
    path: '/api/v1/operator/backup',
    about:
      'A consistent copy of the log and all else that is truth: JSON lines, each "file" followed by its bytes, "manifest" last. `npm run admin -- backup` takes and checks it.',
    media: { 'application/octet-stream': z.string() },
    problems: ['not_authorised', 'forbidden', 'not_ready'],
    answer: () => ({ kind: 'bytes', bytes: backup() }),
  };
}
