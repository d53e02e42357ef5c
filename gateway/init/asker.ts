import { confirm, intro, isCancel, log, outro, select, spinner, text } from '@clack/prompts';
import { ConfigError } from '#runtime/errors.ts';

/** The person pressed Ctrl-C or Escape. */
export class CancelledError extends Error {
  override readonly name = 'CancelledError';
}

export interface TextQuestion {
  readonly message: string;
  /** What Enter alone means. */
  readonly fallback: string;
  /** What was expected, where the text will not do. */
  readonly check: (given: string) => string | undefined;
}

export interface Choice<Value extends string> {
  readonly value: Value;
  readonly label: string;
}

export type Choices<Value extends string> = readonly [Choice<Value>, ...Choice<Value>[]];

/** Asks a person, or takes what was given on the command line and else the defaults. */
export interface Asker {
  readonly isPerson: boolean;
  /** `flag`: how `given` was said, for the message when it will not do. Throws ConfigError. */
  text(given: string | undefined, flag: string, question: TextQuestion): Promise<string>;
  /** The first of the choices is the default. */
  choose<Value extends string>(message: string, choices: Choices<Value>): Promise<Value>;
  confirm(
    message: string,
    answers: { readonly yes: string; readonly no: string; readonly fallback: boolean },
  ): Promise<boolean>;
  say(message: string): void;
  warn(message: string): void;
  /** Something that lasts; the last `told` stays on the screen. */
  during<T>(message: string, work: (told: (message: string) => void) => Promise<T>): Promise<T>;
  begin(message: string): void;
  end(message: string): void;
}

const givenOr = (given: string | undefined, flag: string, { fallback, check }: TextQuestion) => {
  const value = given ?? fallback;
  const expected = check(value);
  if (expected !== undefined) throw new ConfigError([`--${flag} "${value}": ${expected}`]);
  return value;
};

/** Nobody is there to answer: a script, a test. */
export function defaultAsker(): Asker {
  const say = (message: string) => void process.stdout.write(`${message}\n`);
  return {
    isPerson: false,
    text: async (given, flag, question) => givenOr(given, flag, question),
    choose: async (_message, [{ value }]) => value,
    confirm: async (_message, { fallback }) => fallback,
    say,
    warn: say,
    during: async (message, work) => {
      let last = '';
      const told = (next: string) => {
        if (next !== last) say(next);
        last = next;
      };
      told(message);
      return work(told);
    },
    begin: say,
    end: say,
  };
}

export function personAsker(): Asker {
  return {
    isPerson: true,
    text: async (given, flag, question) => {
      if (given !== undefined) return givenOr(given, flag, question);
      const { message, fallback, check } = question;
      const answer = await text({
        message,
        placeholder: fallback,
        defaultValue: fallback,
        validate: (value) => check(value === undefined || value === '' ? fallback : value),
      });
      return answered(answer);
    },
    choose: async <Value extends string>(message: string, choices: Choices<Value>) => {
      const options = choices.map(({ value, label }) => ({ value: value as string, label }));
      return answered(await select({ message, options })) as Value;
    },
    confirm: async (message, { yes, no, fallback }) =>
      answered(await confirm({ message, active: yes, inactive: no, initialValue: fallback })),
    say: (message) => log.info(message),
    warn: (message) => log.warn(message),
    during: async (message, work) => {
      const turning = spinner();
      let last = message;
      turning.start(message);
      try {
        return await work((next) => {
          last = next;
          turning.message(next);
        });
      } finally {
        turning.stop(last);
      }
    },
    begin: (message) => intro(message),
    end: (message) => outro(message),
  };
}

function answered<T>(answer: T): Exclude<T, symbol> {
  if (isCancel(answer)) throw new CancelledError('cancelled');
  return answer as Exclude<T, symbol>;
}
