import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import type * as z from 'zod';
import { ConfigError, messageOf } from './errors.ts';

/**
 * One schema per process: a flat object of described fields. A value comes from, strongest first,
 * the environment (`BINJARI_` + the key in capitals: `brokerUrl` is BINJARI_BROKER_URL), the JSON
 * file of `--config FILE`, the field's default.
 */
export type ConfigSchema = z.ZodObject<Record<string, z.ZodType>>;

export interface ConfigSources {
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
}

export type ConfigRead<T> =
  | { readonly kind: 'config'; readonly config: T; readonly rest: readonly string[] }
  | { readonly kind: 'help' }
  | { readonly kind: 'check'; readonly config: T };

export function envNameOf(key: string): string {
  return `BINJARI_${key.replaceAll(/([A-Z])/g, '_$1').toUpperCase()}`;
}

/**
 * Reads a process's configuration; throws ConfigError with every problem at once. Each key is also
 * a flag: `brokerUrl` is `--broker-url`; a flag is stronger than the environment.
 */
export function readConfig<Schema extends ConfigSchema>(
  schema: Schema,
  sources: ConfigSources,
): ConfigRead<z.infer<Schema>> {
  const keys = Object.keys(schema.shape);
  const flags = parseFlags(keys, sources.args);
  if (flags['help'] !== undefined) return { kind: 'help' };

  const problems: string[] = [];
  const values: Record<string, unknown> = {};
  const path = flags['config'] ?? sources.env['BINJARI_CONFIG'];
  if (path !== undefined) Object.assign(values, readFile(path, keys, problems));
  for (const key of keys) {
    const given = flags[flagNameOf(key)] ?? sources.env[envNameOf(key)];
    if (given !== undefined && given !== '') values[key] = fromText(schema.shape[key], given);
  }
  const parsed = schema.safeParse(values);
  if (!parsed.success) {
    for (const { path: at, message } of parsed.error.issues) {
      const key = String(at[0] ?? '');
      const set = `${envNameOf(key)}, --${flagNameOf(key)}`;
      const missing = `is needed: ${schema.shape[key]?.description ?? ''}`;
      problems.push(`${at.join('.')} (${set}): ${key in values ? message : missing}`);
    }
  }
  if (!parsed.success || problems.length > 0) throw new ConfigError(problems);
  return flags['check'] === undefined
    ? { kind: 'config', config: parsed.data, rest: [] }
    : { kind: 'check', config: parsed.data };
}

/** The table that `--help` prints. */
export function configHelp(command: string, about: string, schema: ConfigSchema): string {
  const rows = Object.entries(schema.shape).map(([key, field]) => {
    const value = defaultOf(field);
    const isNeeded = !field.safeParse(undefined).success;
    const note = isNeeded ? ' (needed)' : value === undefined ? '' : ` (${value})`;
    return `  --${flagNameOf(key)}  ${envNameOf(key)}\n      ${field.description ?? ''}${note}`;
  });
  return [
    `${command}: ${about}`,
    '',
    `usage: ${command} [--config FILE] [--check] [--help] [--KEY VALUE ...]`,
    '',
    '  --config FILE   a JSON file with the keys below in camelCase; also BINJARI_CONFIG',
    '  --check         check the configuration, print it and stop',
    '',
    'Each key as a flag, an environment variable and a key of the file; the flag is strongest:',
    ...rows,
    '',
  ].join('\n');
}

export const flagNameOf = (key: string): string => key.replaceAll(/([A-Z])/g, '-$1').toLowerCase();

function parseFlags(
  keys: readonly string[],
  args: readonly string[],
): Readonly<Record<string, string | undefined>> {
  const known = [...keys.map(flagNameOf), 'config'];
  const options = {
    ...Object.fromEntries(known.map((name) => [name, { type: 'string' as const }])),
    help: { type: 'boolean' as const },
    check: { type: 'boolean' as const },
  };
  try {
    const { values } = parseArgs({ args: [...args], options, strict: true });
    return Object.fromEntries(Object.entries(values).map(([name, value]) => [name, String(value)]));
  } catch (error) {
    throw new ConfigError([
      messageOf(error),
      `known flags: --${[...known, 'check', 'help'].join(', --')}`,
    ]);
  }
}

function readFile(path: string, keys: readonly string[], problems: string[]): object {
  try {
    const json: unknown = JSON.parse(readFileSync(path, 'utf8'));
    if (typeof json !== 'object' || json === null || Array.isArray(json))
      throw new Error('expected a JSON object');
    for (const key of Object.keys(json)) {
      if (!keys.includes(key))
        problems.push(`${path}: ${key}: no such key; known: ${keys.join(', ')}`);
    }
    return json;
  } catch (error) {
    problems.push(`${path}: ${messageOf(error)}`);
    return {};
  }
}

/** A text from a flag or the environment as the field's type wants it: JSON where it is no string. */
function fromText(field: z.ZodType | undefined, text: string): unknown {
  if (field?.safeParse(text).success) return text;
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

function defaultOf(field: z.ZodType): string | undefined {
  const parsed = field.safeParse(undefined);
  return parsed.success && parsed.data !== undefined ? JSON.stringify(parsed.data) : undefined;
}
