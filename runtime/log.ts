import { pino } from 'pino';

/**
 * Structured log. The message is the event's name, `component.entity.action`; facts are fields.
 * `debug` for developers, `info` for what an operator may want to read, `warn` for one operation
 * hit, `error` for a feature, `fatal` for the process.
 */
export interface Log {
  debug(facts: object, event: string): void;
  info(facts: object, event: string): void;
  warn(facts: object, event: string): void;
  error(facts: object, event: string): void;
  fatal(facts: object, event: string): void;
  child(facts: object): Log;
}

export type LogLevel = 'debug' | 'info' | 'warn' | 'error' | 'fatal' | 'silent';

/** JSON lines to stderr: stdout is for what a person asked a command to say. */
export function openLog(component: string, level: LogLevel): Log {
  return pino(
    {
      level,
      base: { component },
      timestamp: () => `,"at":"${new Date().toISOString()}"`,
      messageKey: 'event',
      redact: { paths: ['secret', '*.secret', 'password', '*.password', 'token', '*.token'] },
    },
    pino.destination({ dest: 2, sync: true }),
  );
}

export const silentLog: Log = {
  debug: () => undefined,
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
  fatal: () => undefined,
  child: () => silentLog,
};
