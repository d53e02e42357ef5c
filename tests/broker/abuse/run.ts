import { parseArgs } from 'node:util';
import { abuses } from './abuses.ts';

/** `npm run test:abuse -- [--size short] [A1 …]`: exit code 0 when every figure is within its bar. */
const { values, positionals } = parseArgs({
  options: { size: { type: 'string', default: 'full' } },
  allowPositionals: true,
});
const size = values.size === 'short' ? 'short' : 'full';
const say = (line: string) => void process.stdout.write(`${line}\n`);
let passed = 0;
let failed = 0;
for (const { name, about, run } of abuses) {
  if (positionals.length > 0 && !positionals.includes(name)) continue;
  const { figures, bars } = await run(size, 1);
  say(`${name} ${about}: ${JSON.stringify(figures, inShort)}`);
  for (const [what, measured, most] of bars) {
    const holds = measured <= most;
    if (holds) passed += 1;
    else failed += 1;
    say(
      `  ${holds ? 'holds' : 'FAILS'}  ${what}: ${Math.round(measured * 10) / 10} (at most ${most})`,
    );
  }
}
say(`${passed} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);

function inShort(_key: string, value: unknown): unknown {
  return typeof value === 'number' ? Math.round(value * 10) / 10 : value;
}
