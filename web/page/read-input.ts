import type { PageInput } from '#contract/page.ts';
import { lotAnswers, pageInput } from '../wire/answers.ts';
import { parsed } from '../wire/read.ts';
import { inSteps, LOTS_A_STEP } from './in-steps.ts';
import { nextTask } from './pace.ts';

/**
 * What the server wrote into the page, read a few lots at a time, so that a finger never waits for
 * all of them; undefined: another version of this program wrote it.
 */
export async function readInput(json: string): Promise<PageInput | undefined> {
  const sent: unknown = JSON.parse(json);
  const input = parsed(pageInput, { ...(sent as object), lots: [] });
  const { lots = [] } = sent as { readonly lots?: readonly unknown[] };
  const read = [];
  for (const some of inSteps(lots, LOTS_A_STEP)) {
    await nextTask();
    const these = parsed(lotAnswers, some);
    if (!these) return undefined;
    read.push(...these);
  }
  return input && { ...input, lots: read };
}
