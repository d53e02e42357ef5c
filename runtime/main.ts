import type * as z from 'zod';
import { systemClock } from './clock.ts';
import type { Clock } from './clock.ts';
import { configHelp, readConfig } from './config.ts';
import type { ConfigSchema } from './config.ts';
import { ConfigError, messageOf, UnavailableError } from './errors.ts';
import { closingFailures, untilSignalled } from './lifecycle.ts';
import { openLog } from './log.ts';
import type { Log, LogLevel } from './log.ts';
import { watchLoop } from './loop-watch.ts';
import { openSystemdNotice } from './systemd-notice.ts';

/** A running process part: what `start…` functions return. */
export interface Running {
  close(): Promise<void>;
}

const EX_UNCLEAN = 1;
const EX_CONFIG = 78;
const EX_UNAVAILABLE = 69;
/** Longer than all closing steps together; a process that is still there then is ended. */
const STOP_WITHIN_MS = 9_800;

/**
 * What every process's main.ts does: configuration (all problems at once, exit 78), start (a port or
 * file that is not to be had: exit 69), one line on stdout when ready, a stop within 10 s at SIGINT or
 * SIGTERM (exit 1 where something did not close in order; it is named).
 */
export async function runMain<Schema extends ConfigSchema>(options: {
  readonly name: string;
  readonly about: string;
  /** What its log lines name as their component; the process's name unless told. */
  readonly component?: string;
  /** Has a `logLevel`, as every process's. */
  readonly schema: Schema;
  /** What `--check` reads beside the configuration itself: the site and the files it names. */
  readonly check: (config: z.infer<Schema>) => unknown;
  readonly start: (
    config: z.infer<Schema>,
    parts: { readonly clock: Clock; readonly log: Log },
  ) => Promise<Running & { readonly ready: string }>;
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
    const { logLevel = 'info' } = read.config as { readonly logLevel?: LogLevel };
    const log = openLog(options.component ?? name, logLevel);
    process.on('uncaughtExceptionMonitor', (error) => {
      log.fatal({ reason: messageOf(error) }, 'process.main.failed');
    });
    const loop = watchLoop({ log });
    const notice = openSystemdNotice({ env: process.env, log });
    // From here on: who is told to stop while it starts, stops as soon as it has.
    const signalled = untilSignalled('SIGINT', 'SIGTERM');
    void signalled.then((signal) => endOverdue(signal, log));
    const running = await start(read.config, { clock: systemClock, log });
    out(running.ready);
    notice.ready();
    const signal = await signalled;
    notice.stopping();
    loop.close();
    await stop(running, signal, log);
  } catch (error) {
    if (!(error instanceof ConfigError) && !(error instanceof UnavailableError)) throw error;
    process.stderr.write(`${error.message}\n`);
    process.exit(error instanceof ConfigError ? EX_CONFIG : EX_UNAVAILABLE);
  }
}

function endOverdue(signal: NodeJS.Signals, log: Log): void {
  setTimeout(() => {
    log.error({ signal, tookMs: STOP_WITHIN_MS }, 'process.stop.overdue');
    process.exit(EX_UNCLEAN);
  }, STOP_WITHIN_MS);
}

async function stop(running: Running, signal: NodeJS.Signals, log: Log): Promise<never> {
  const startedMs = performance.now();
  const tookMs = () => Math.round(performance.now() - startedMs);
  try {
    await running.close();
  } catch (error) {
    log.error({ signal, tookMs: tookMs(), failed: closingFailures(error) }, 'process.stop.unclean');
    process.exit(EX_UNCLEAN);
  }
  log.info({ signal, tookMs: tookMs() }, 'process.stop.done');
  process.exit(0);
}
