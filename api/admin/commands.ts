import { createWriteStream, renameSync, rmSync } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { RejectedError } from '#runtime/errors.ts';
import { ask, linesOf } from './ask.ts';
import type { Command } from './command-line.ts';

/** Where a command writes: results, and progress for a person who watches. */
export interface Terminal {
  readonly out: NodeJS.WritableStream;
  /** Overwrites the line of progress; nothing where nobody watches. */
  readonly progress: (text: string) => void;
}

type CommandOf<Kind extends Command['kind']> = Extract<Command, { kind: Kind }>;

const PROGRESS_EVERY_ROWS = 5_000;

/** Streams an export as fast as it is taken, whole or not at all where it goes into a file. */
export async function runExport(command: CommandOf<'export'>, { out, progress }: Terminal) {
  const { what, from, to, outFile } = command;
  const query = new URLSearchParams({ ...(from && { from }), ...(to && { to }) }).toString();
  const path = `/api/v1/operator/export/${what}${query === '' ? '' : `?${query}`}`;
  const answer = await ask(command, path);
  let rows = 0;
  async function* counted(): AsyncGenerator<string> {
    for await (const line of linesOf(answer)) {
      rows += 1;
      if (rows % PROGRESS_EVERY_ROWS === 0) progress(`${rows} rows`);
      yield `${line}\n`;
    }
  }
  if (outFile === undefined) await pipeline(Readable.from(counted()), out, { end: false });
  else {
    const partFile = `${outFile}.part`;
    try {
      await pipeline(Readable.from(counted()), createWriteStream(partFile, { mode: 0o600 }));
      renameSync(partFile, outFile);
    } catch (error) {
      rmSync(partFile, { force: true });
      throw error;
    }
  }
  progress(`${rows} rows\n`);
}

export async function runRebuild(command: CommandOf<'rebuild'>, { out, progress }: Terminal) {
  const answer = await ask(command, '/api/v1/operator/rebuild', 'POST');
  let last: { position: number; target: number; done: boolean; failed?: string } | undefined;
  for await (const line of linesOf(answer)) {
    last = JSON.parse(line) as NonNullable<typeof last>;
    progress(`${last.position} of ${last.target} records`);
  }
  progress('\n');
  if (last?.done !== true) {
    throw new RejectedError('rebuild', last?.failed ?? 'the api ended before the rebuild did');
  }
  out.write(`rebuilt: ${last.position} records\n`);
}

interface Ready {
  readonly checks: readonly { name: string; ok: boolean; detail: string }[];
}

interface Gateways {
  readonly simulated: boolean;
  readonly gateways: readonly {
    readonly gateway: string;
    readonly state: string;
    readonly heardAt: string | null;
    readonly last: {
      readonly unsettled: number;
      readonly lines: readonly {
        readonly line: string;
        readonly state: string;
        readonly answering: number;
        readonly sensors: number;
      }[];
    } | null;
  }[];
}

/** Prints what holds now; false when the api is not ready. */
export async function runStatus(command: CommandOf<'status'>, { out }: Terminal): Promise<boolean> {
  const gateways = (await (await ask(command, '/api/v1/operator/gateways')).json()) as Gateways;
  const readiness = await fetch(`${command.url}/readyz`);
  const ready = (await readiness.json()) as Partial<Ready> & { readonly detail?: string };
  if (command.json) {
    out.write(`${JSON.stringify({ ready: readiness.ok, ...ready, ...gateways }, null, 2)}\n`);
    return readiness.ok;
  }
  const checks = ready.checks?.map(({ name, detail }) => `  ${name}: ${detail}`) ?? [
    `  ${ready.detail ?? ''}`,
  ];
  const lines = [
    `${readiness.ok ? 'ready' : 'NOT READY'}${gateways.simulated ? ' (simulated site)' : ''}`,
    ...checks,
    ...gateways.gateways.flatMap((gateway) => [
      `${gateway.gateway}: ${gateway.state}${gateway.heardAt ? `, heard ${gateway.heardAt}` : ''}` +
        (gateway.last ? `, ${gateway.last.unsettled} unsettled` : ''),
      ...(gateway.last?.lines ?? []).map(
        (line) => `  ${line.line}: ${line.state}, ${line.answering} of ${line.sensors} answer`,
      ),
    ]),
  ];
  out.write(`${lines.join('\n')}\n`);
  return readiness.ok;
}
