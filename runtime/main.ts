import type * as z from 'zod';
import { configHelp, readConfig } from './config.ts';
import type { ConfigSchema } from './config.ts';
import { ConfigError, UnavailableError } from './errors.ts';
import { untilSignalled } from './lifecycle.ts';

/** A running process part: what `start…` functions return. */
export interface Running {
  close(): Promise<void>;
}

const EX_CONFIG = 78;
const EX_UNAVAILABLE = 69;

/**
 * What every process's main.ts does: configuration (all problems at once, exit 78), start (a port or file that is not to be had: exit 69), one
 * line on stdout when ready, stop at SIGINT or SIGTERM.
 */
export async function runMain<Schema extends ConfigSchema>(options: {
  readonly name: string;
  readonly about: string;
  readonly schema: Schema;
  /** What `--check` reads beside the configuration itself: the site and the files it names. */
  readonly check: (config: z.infer<Schema>) => unknown;
  readonly start: (config: z.infer<Schema>) => Promise<Running & { readonly ready: string }>;
}): Promise<void> {
  const { name, about, schema, check, start } = options;
  const out = (text: string) => process.stdout.write(`${text}\n`);
  try {
    const read = readConfig(schema, { args: process.argv.slice(2), env: process.env });
    if (read.kind === 'help') return void out(configHelp(`npm run ${name} --`, about, schema));
    if (read.kind === 'check') {
      check(read.config);
      return void out(JSON.stringify(read.config, null, 2));
    }
    const running = await start(read.config);
    out(running.ready);
    await untilSignalled('SIGINT', 'SIGTERM');
    await running.close();
    process.exit(0);
  } catch (error) {
    if (!(error instanceof ConfigError) && !(error instanceof UnavailableError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(error instanceof ConfigError ? EX_CONFIG : EX_UNAVAILABLE);
  }
}
