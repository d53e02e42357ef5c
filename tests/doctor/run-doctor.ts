import { spawn } from 'node:child_process';
import * as z from 'zod';
import { built } from '../support/built.ts';

const Report = z.array(
  z.object({
    check: z.string(),
    findings: z.array(
      z.object({ level: z.string(), found: z.string(), sure: z.string(), mend: z.string() }),
    ),
  }),
);

export interface Diagnosis {
  readonly code: number | null;
  /** `level check: found → mend`, of what is not in order. */
  readonly wrong: readonly string[];
  /** The same of everything that was looked at. */
  readonly all: readonly string[];
}

interface Running {
  readonly uid?: number;
  readonly gid?: number;
  /** Instead of Node alone, e.g. in a mount namespace of its own. */
  readonly wrapper?: readonly string[];
}

/** The real command, its report read as JSON. */
export async function runDoctor(
  options: Readonly<Record<string, string>>,
  { wrapper = [], ...ids }: Running = {},
): Promise<Diagnosis> {
  const args = Object.entries(options).flatMap(([key, value]) => [`--${key}`, value]);
  const [command = '', ...rest] = [
    ...wrapper,
    process.execPath,
    ...built('doctor'),
    '--json',
    ...args,
  ];
  const child = spawn(command, rest, { ...ids, stdio: ['ignore', 'pipe', 'pipe'] });
  let [out, said] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString('utf8')));
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString('utf8')));
  const code = await new Promise<number | null>((resolve) => {
    child.once('close', resolve);
  });
  if (out === '') throw new Error(`doctor said nothing (${code}): ${said}`);
  const findings = Report.parse(JSON.parse(out)).flatMap(({ check, findings: of }) =>
    of.map(({ level, found, sure, mend }) => ({
      level,
      text: `${level} ${check} (${sure}): ${found}${mend === '' ? '' : ` → ${mend}`}`,
    })),
  );
  const isWrong = ({ level }: { level: string }) => level === 'problem' || level === 'warning';
  return {
    code,
    wrong: findings.filter(isWrong).map(({ text }) => text),
    all: findings.map(({ text }) => text),
  };
}
