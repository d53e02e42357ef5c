import { messageOf, UnavailableError } from '#runtime/errors.ts';
import { ViewDamagedError } from './view.ts';

/** The file is whole; something around it is not: another process, the disk, a limit. */
const AROUND_IT =
  /\block\b|permission|no space|disk full|read-only|too many open|out of memory|interrupted|no such file/i;
const IN_IT =
  /corrupt|checksum|deserializ|not a valid duckdb|version number|replaying wal|wal file|metadata/i;

/**
 * What DuckDB threw, as what can be done about it. It has no codes, only texts: a file that does
 * not open for a reason that is not around it is damaged.
 */
export function errorFromDuckdb(
  error: unknown,
  doing: 'opening' | 'reading' | 'writing' | 'expiring' | 'clearing',
): Error {
  if (error instanceof ViewDamagedError || error instanceof UnavailableError) return error;
  const message = `${doing} the view: ${messageOf(error)}`;
  const isAround = AROUND_IT.test(message);
  if (!isAround && (doing === 'opening' || IN_IT.test(message))) {
    return new ViewDamagedError(message, { cause: error });
  }
  return new UnavailableError(isAround ? 'view_unavailable' : 'view_broken', message, {
    cause: error,
  });
}
