import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { fine, problem } from '../finding.ts';
import type { Check, Finding } from '../finding.ts';

const Package = z.object({ engines: z.object({ node: z.string().regex(/^>=\d+\.\d+/) }) });

export const nodeVersion: Check = {
  name: 'node-version',
  run: ({ appFolder }) => {
    const text = readFileSync(join(appFolder, 'package.json'), 'utf8');
    const { engines } = Package.parse(JSON.parse(text));
    return [judgeNode(process.versions.node, engines.node)];
  },
};

/** `needed`: as package.json says it, `>=20.19`. */
export function judgeNode(version: string, needed: string): Finding {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [needMajor = 0, needMinor = 0] = needed.replace('>=', '').split('.').map(Number);
  const isEnough = major > needMajor || (major === needMajor && minor >= needMinor);
  const found = `Node ${version}, needed ${needed}`;
  return isEnough
    ? fine(found)
    : problem(
        found,
        'certain',
        `Install Node ${needed.replace('>=', '')} or later and start again.`,
      );
}
