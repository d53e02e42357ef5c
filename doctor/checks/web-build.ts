import { existsSync, readdirSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { isoOf } from '#contract/time.ts';
import { fine, problem, skipped, warning } from '../finding.ts';
import type { Check, Finding } from '../finding.ts';

export const webBuild: Check = {
  name: 'web-build',
  run: ({ webFolder, appFolder }) => {
    const module = join(webFolder, 'server', 'render.js');
    const builtAt = existsSync(module) ? statSync(module).mtimeMs : undefined;
    const sources = ['web', 'contract'].map((folder) => join(appFolder, folder));
    const changedAt = Math.max(...sources.map((folder) => newestBelow(folder, webFolder)));
    return [judgeBuild(module, builtAt, Number.isFinite(changedAt) ? changedAt : undefined)];
  },
};

/** Epoch milliseconds; `changedAt` undefined: its sources are not here. */
export function judgeBuild(
  module: string,
  builtAt: number | undefined,
  changedAt: number | undefined,
): Finding {
  if (builtAt === undefined) {
    return changedAt === undefined
      ? skipped('no page is served from here')
      : problem(`${module} is not there`, 'certain', 'Run "npm run build".');
  }
  if (changedAt === undefined || changedAt <= builtAt) {
    return fine(`the page was built ${isoOf(Math.round(builtAt))}`);
  }
  const found = `the page was built ${isoOf(Math.round(builtAt))}, before its sources changed`;
  return warning(found, 'likely', 'Run "npm run build".');
}

function newestBelow(folder: string, built: string): number {
  if (!existsSync(folder)) return Number.NEGATIVE_INFINITY;
  const times = readdirSync(folder, { withFileTypes: true }).map((entry) => {
    const path = join(folder, entry.name);
    if (resolve(path) === resolve(built)) return Number.NEGATIVE_INFINITY;
    return entry.isDirectory() ? newestBelow(path, built) : statSync(path).mtimeMs;
  });
  return Math.max(Number.NEGATIVE_INFINITY, ...times);
}
