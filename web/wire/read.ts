/**
 * Small readers for what comes over the wire: a schema library would be a third of the page. A
 * reader gives the typed value or throws Mismatch; `parsed` turns that into a value. Fields that
 * nobody reads are left alone, so that a newer server may say more.
 */
export type Reader<T> = (value: unknown) => T;

class Mismatch extends Error {
  override readonly name = 'Mismatch';
}

/** undefined: the value is not what the reader reads. */
export function parsed<T>(reader: Reader<T>, value: unknown): T | undefined {
  try {
    return reader(value);
  } catch (error) {
    if (error instanceof Mismatch) return undefined;
    throw error;
  }
}

/** The value of a JSON text; undefined: no JSON, or not what the reader reads. */
export function parsedJson<T>(reader: Reader<T>, text: string): T | undefined {
  try {
    return parsed(reader, JSON.parse(text));
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** Without words: whoever reads gets undefined, and every byte of the page is carried to a phone. */
function check(holds: boolean): void {
  if (!holds) throw new Mismatch();
}

export function text(value: unknown): string {
  check(typeof value === 'string');
  return value as string;
}

/** A text that the server has checked to be such an id. */
export const id = <Id extends string>(): Reader<Id> => text as Reader<Id>;

export function finite(value: unknown): number {
  check(typeof value === 'number' && Number.isFinite(value));
  return value as number;
}

/** An integer of at least 0: a count, or an instant in epoch milliseconds. */
export function natural(value: unknown): number {
  check(Number.isSafeInteger(value) && (value as number) >= 0);
  return value as number;
}

export function flag(value: unknown): boolean {
  check(typeof value === 'boolean');
  return value as boolean;
}

export function oneOf<const Choice extends string>(choices: readonly Choice[]): Reader<Choice> {
  return (value) => {
    check(choices.includes(value as Choice));
    return value as Choice;
  };
}

/** The one value that a field may have. */
export function only<const Value extends boolean>(expected: Value): Reader<Value> {
  return (value) => {
    check(value === expected);
    return expected;
  };
}

export function list<T>(item: Reader<T>): Reader<T[]> {
  return (value) => {
    check(Array.isArray(value));
    return (value as unknown[]).map(item);
  };
}

export function nullable<T>(reader: Reader<T>): Reader<T | null> {
  return (value) => (value === null ? null : reader(value));
}

export function dictionary<T>(item: Reader<T>): Reader<Record<string, T>> {
  return (value) =>
    Object.fromEntries(Object.entries(object(value)).map(([key, each]) => [key, item(each)]));
}

type Fields = Readonly<Record<string, Reader<unknown>>>;
type Needed<From extends Fields> = { [Key in keyof From]: ReturnType<From[Key]> };
type Optional<From extends Fields> = { [Key in keyof From]?: ReturnType<From[Key]> };

export function shape<From extends Fields>(needed: From): Reader<Needed<From>>;
export function shape<From extends Fields, Also extends Fields>(
  needed: From,
  optional: Also,
): Reader<Needed<From> & Optional<Also>>;
export function shape(needed: Fields, optional: Fields = {}): Reader<Record<string, unknown>> {
  return (value) => {
    const from = object(value);
    const read: Record<string, unknown> = {};
    for (const [key, reader] of Object.entries(needed)) read[key] = reader(own(from, key));
    for (const [key, reader] of Object.entries(optional)) {
      const there = own(from, key);
      if (there !== undefined) read[key] = reader(there);
    }
    return read;
  };
}

/** What is in the prototype was never sent. */
function own(from: Readonly<Record<string, unknown>>, key: string): unknown {
  return Object.hasOwn(from, key) ? from[key] : undefined;
}

function object(value: unknown): Readonly<Record<string, unknown>> {
  check(typeof value === 'object' && value !== null && !Array.isArray(value));
  return value as Readonly<Record<string, unknown>>;
}
