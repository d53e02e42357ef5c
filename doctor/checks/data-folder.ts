import { accessSync, constants, existsSync, statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { messageOf } from '#runtime/errors.ts';
import { fine, problem, skipped } from '../finding.ts';
import type { Check, Finding } from '../finding.ts';

export const dataFolder: Check = {
  name: 'data-folder',
  run: ({ dataFolder: folder }) => [
    existsSync(folder)
      ? judgeFolder(folder, refusalOf(folder))
      : skipped(`${folder} is not made yet`),
  ],
};

export function judgeFolder(folder: string, refusal: string | undefined): Finding {
  if (refusal === undefined) return fine(`${folder} can be written`);
  const mend = `Run "sudo chown -R ${userInfo().username} ${folder}", or set another --data-folder.`;
  return problem(`${folder} cannot be written: ${refusal}`, 'certain', mend);
}

function refusalOf(folder: string): string | undefined {
  try {
    if (!statSync(folder).isDirectory()) return 'it is a file';
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
    return undefined;
  } catch (error) {
    return messageOf(error);
  }
}
