import { UnavailableError } from '#runtime/errors.ts';

/** The line went away in the middle of something that somebody waits for. */
export function lineLost(): UnavailableError {
  return new UnavailableError(
    'line_lost',
    'the line is gone: look at the adapter and its plug, then run the command again',
  );
}
