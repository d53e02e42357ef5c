import { basename } from 'node:path';
import type { Journals } from './journals.ts';
import type { DeadLetter } from './log-entry.ts';
import type { DeadLetterRow, MonthFile } from './month-file.ts';

export function deadLetterOf(
  month: MonthFile,
  { id, journal, ...row }: DeadLetterRow,
  journals: Journals,
): DeadLetter {
  const name = basename(month.path).slice('log-'.length, -'.sqlite'.length);
  return { id: `${name}.${id}`, journal: journals.atOrder(journal).id, ...row };
}

/** Where a dead letter is kept by its id; undefined: it is no such id. */
export function placeOfDeadLetter(
  id: string,
): { readonly file: string; readonly number: number } | undefined {
  const [, month, number] = /^(\d{4}-\d{2})\.(\d{1,9})$/.exec(id) ?? [];
  return month === undefined ? undefined : { file: `log-${month}.sqlite`, number: Number(number) };
}
