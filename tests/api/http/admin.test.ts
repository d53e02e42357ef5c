import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { CommanderError } from 'commander';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { BayId, LotId } from '#contract/ids.ts';
import { openProgram } from '#api/admin/program.ts';
import { serveStreet } from './served-street.ts';
import type { ServedStreet } from './served-street.ts';
import { built } from '../../support/built.ts';

let street: ServedStreet;
beforeAll(async () => {
  street = await serveStreet();
  street.history.stayRows = [0, 1].map((at) => ({
    bay: `full-${at + 1}` as BayId,
    lot: 'full' as LotId,
    arrivedAfter: at,
    arrivedBefore: at,
    departedAfter: null,
    departedBefore: null,
    bridged: false,
    anomalous: false,
    openLeft: false,
  }));
});
afterAll(async () => street[Symbol.asyncDispose]());

interface Ended {
  readonly code: number | null;
  readonly out: string;
  readonly said: string;
}

/** The real command as an operator runs it. */
async function admin(...args: string[]): Promise<Ended> {
  const child = spawn(process.execPath, [...built('admin'), ...args], {
    env: {
      ...process.env,
      BINJARI_URL: street.url,
      BINJARI_OPERATOR_TOKEN_FILE: street.tokenFile,
    },
  });
  let [out, said] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString('utf8')));
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString('utf8')));
  const code = await new Promise<number | null>((resolve) => {
    child.once('close', resolve);
  });
  return { code, out, said };
}

describe('the admin command', () => {
  test('exports to stdout or whole into a file, and says nothing else there', async () => {
    const stays = await admin('export', 'stays');
    expect(stays).toMatchObject({ code: 0, said: '' });
    expect(stays.out.trim().split('\n')).toHaveLength(2);
    const outFile = join(street.folder, 'stays.ndjson');
    expect(await admin('export', 'stays', '--out', outFile)).toMatchObject({ code: 0, out: '' });
    expect(readFileSync(outFile, 'utf8')).toBe(stays.out);
    expect(existsSync(`${outFile}.part`)).toBe(false);
  });

  test('rebuilds, and says what the api says of its state', async () => {
    expect(await admin('rebuild')).toMatchObject({
      code: 0,
      out: 'rebuilt: 0 records\nverified: 0 hours, 0 stays, the view is what the log says\n',
    });
    const status = await admin('status');
    expect(status).toMatchObject({ code: 0, said: '' });
    expect(status.out).toContain('ready (simulated site)');
    expect(status.out).toContain('gateway-1: unheard');
    street.world.brokerConnected = false;
    const broken = await admin('status', '--json');
    street.world.brokerConnected = true;
    expect(broken.code).toBe(1);
    expect(JSON.parse(broken.out)).toMatchObject({
      ready: false,
      gateways: [{ gateway: 'gateway-1' }],
    });
  });

  test('holds the view against the log, and ends with 1 where they differ', async () => {
    const { verification } = street.history;
    const differing = [{ hourAt: 0, what: 'stays', log: '2 rows', view: '1 rows' }];
    street.history.verification = { ...verification, hours: 1, differingCount: 1, differing };
    const found = await admin('verify');
    street.history.verification = verification;
    expect(found.code).toBe(1);
    expect(found.out).toContain('1970-01-01T00:00:00.000Z stays: log 2 rows, view 1 rows');
    expect(found.said).toContain('npm run admin -- rebuild');
  });

  test('ends with a code that says why it could not', async () => {
    const wrongToken = join(street.folder, 'wrong.token');
    writeFileSync(wrongToken, 'x'.repeat(43));
    const [help, usage, missing, refused, unreachable] = await Promise.all([
      admin('--help'),
      admin('export', 'everything'),
      admin('status', '--token-file', '/nowhere/token'),
      admin('status', '--token-file', wrongToken),
      admin('status', '--url', 'http://127.0.0.1:1'),
    ]);
    expect([help, usage, missing, refused, unreachable].map(({ code }) => code)).toEqual([
      0, 2, 3, 3, 4,
    ]);
    expect(help.out).toContain('npm run admin -- export stays --from');
    expect(usage.said).toContain('stays, observed, records');
    expect(refused.said).toContain('does not accept this token');
    expect(unreachable.said).toContain('is it running?');
    expect(refused.said).not.toContain('x'.repeat(43));
  });
});

describe('its command line', () => {
  test.each([
    ['', 'Usage:'],
    ['rebild', 'Did you mean rebuild?'],
    ['status now', 'too many arguments'],
    ['status --from 2026-11-22T00:00:00Z', "unknown option '--from'"],
    ['export', 'missing required argument'],
    ['export records --from 2026-11-22T00:00:00Z', 'takes no --from'],
    ['export stays --from 2026-11-22', 'expected e.g.'],
    ['export stays --until x', "unknown option '--until'"],
    ['status --url ftp://x', 'expected http://'],
  ])('"%s" is wrong: %s', async (line, why) => {
    const said: string[] = [];
    const program = openProgram('0', { out: process.stdout, progress: () => undefined });
    for (const each of [program, ...program.commands]) {
      each.exitOverride().configureOutput({ writeErr: (text) => said.push(text) });
    }
    const args = line === '' ? [] : line.split(' ');
    await expect(program.parseAsync(args, { from: 'user' })).rejects.toThrow(CommanderError);
    expect(said.join('')).toContain(why);
  });
});
