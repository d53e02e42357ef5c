import type { Readable, Writable } from 'node:stream';
import * as z from 'zod';
import { messageOf, RejectedError, UnavailableError } from '#runtime/errors.ts';
import { LINE_FAULTS, SENSOR_FAULTS } from './node/fault-kinds.ts';
import type { RunningSim } from './sim.ts';

const MOST_LINE_BYTES = 4_096;

const Command = z.discriminatedUnion('do', [
  z.strictObject({ do: z.enum(['park', 'leave', 'mute', 'unmute', 'mend']), bay: z.string() }),
  z.strictObject({ do: z.literal('fail'), bay: z.string(), fault: z.enum(SENSOR_FAULTS) }),
  z.strictObject({
    do: z.literal('failLine'),
    gateway: z.string(),
    line: z.string(),
    fault: z.enum(LINE_FAULTS),
    share: z.number().min(0).max(1),
  }),
  z.strictObject({ do: z.literal('mendLine'), gateway: z.string(), line: z.string() }),
  z.strictObject({ do: z.enum(['unplug', 'replug']), gateway: z.string(), line: z.string() }),
  z.strictObject({ do: z.literal('sign'), sign: z.string() }),
  z.strictObject({ do: z.literal('counts') }),
]);
type Command = z.infer<typeof Command>;

/**
 * Obeys JSON lines of `input`, one after the other, and answers each with one JSON line:
 * `{"done": …}` or `{"error": …}`. Resolves when the input has ended.
 */
export async function obeyLines(sim: RunningSim, input: Readable, output: Writable): Promise<void> {
  const answer = (line: object) => output.write(`${JSON.stringify(line)}\n`);
  input.setEncoding('utf8');
  let held = '';
  for await (const chunk of input) {
    const lines = (held + String(chunk)).split('\n');
    held = lines.pop() ?? '';
    for (const line of lines) if (line.trim() !== '') answer(await obey(sim, line));
    if (held.length > MOST_LINE_BYTES) {
      held = '';
      answer({ error: `a line is longer than ${MOST_LINE_BYTES} bytes` });
    }
  }
}

/** The answer to one line. */
export async function obey(sim: RunningSim, line: string): Promise<object> {
  try {
    const parsed = Command.safeParse(JSON.parse(line));
    if (!parsed.success) return { error: parsed.error.issues.map(({ message }) => message).join() };
    return { done: parsed.data.do, ...(await perform(sim, parsed.data)) };
  } catch (error) {
    const isExpected =
      error instanceof RejectedError ||
      error instanceof UnavailableError ||
      error instanceof SyntaxError;
    if (!isExpected) throw error;
    return { error: messageOf(error) };
  }
}

async function perform(sim: RunningSim, command: Command): Promise<object> {
  switch (command.do) {
    case 'park':
    case 'leave':
    case 'mute':
    case 'unmute':
    case 'mend':
      sim[command.do](command.bay);
      return {};
    case 'fail':
      sim.fail(command.bay, command.fault);
      return {};
    case 'failLine':
      sim.failLine(command.gateway, command.line, command.fault, command.share);
      return {};
    case 'mendLine':
      sim.mendLine(command.gateway, command.line);
      return {};
    case 'unplug':
    case 'replug':
      await sim[command.do](command.gateway, command.line);
      return {};
    case 'sign':
      return { shows: sim.signShows(command.sign) };
    case 'counts':
      return { counts: sim.counts };
  }
}
