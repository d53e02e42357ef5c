import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';

export interface Import {
  /** As it is written. */
  readonly from: string;
  /** Gone at run time: `import type`, `export type`. */
  readonly isType: boolean;
}

export interface Source {
  /** From the root of the tree, with slashes. */
  readonly path: string;
  readonly text: string;
  readonly imports: readonly Import[];
}

const STATEMENT =
  /^[ \t]*(?:import|export)\s+(type\s+)?(?:[\w*{][^;'"]*?\s+from\s+)?['"]([^'"]+)['"]/gm;
const CALL = /\b(?:import|require|resolve)\(\s*['"]([^'"]+)['"]/g;

/** Reads one source; comments are no code. */
export function sourceOf(path: string, text: string): Source {
  const code = text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/^\s*\/\/.*$/gm, '');
  const imports = [
    ...[...code.matchAll(STATEMENT)].map(([, type, from = '']) => ({
      from,
      isType: type !== undefined,
    })),
    ...[...code.matchAll(CALL)].map(([, from = '']) => ({ from, isType: false })),
  ];
  return { path, text, imports };
}

/** All TypeScript and module sources below a folder, or of one file; what is built is left out. */
export function sourcesOf(root: string): Source[] {
  if (!existsSync(root)) return [];
  if (root.endsWith('.ts')) return [sourceOf(root, readFileSync(root, 'utf8'))];
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.(ts|mjs)$/.test(path) && !/(^|\/)(dist|node_modules)\//.test(path))
    .toSorted()
    .map((path) => join(root, path))
    .map((path) => sourceOf(path, readFileSync(path, 'utf8')));
}

/** The file of ours that an import leads to; undefined: a library or a part of Node. */
export function targetOf(path: string, from: string): string | undefined {
  if (from.startsWith('#')) return from.slice(1);
  return from.startsWith('.') ? normalize(join(dirname(path), from)) : undefined;
}

/** `@scope/name` or `name` of an outside library; undefined for ours and Node's. */
export function libraryOf(from: string): string | undefined {
  if (/^(\.|#|node:|virtual:)/.test(from)) return undefined;
  const parts = from.split('/');
  return parts.slice(0, from.startsWith('@') ? 2 : 1).join('/');
}

export const roomOf = (path: string): string => path.split('/')[0] ?? '';
