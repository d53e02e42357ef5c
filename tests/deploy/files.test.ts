import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ApiConfig } from '#api/config.ts';
import { BrokerConfig } from '#broker/config.ts';
import { GatewayConfig } from '#gateway/config.ts';
import { envNameOf, readConfig } from '#runtime/config.ts';
import type { ConfigSchema } from '#runtime/config.ts';
import { findProgram } from '../support/programs.ts';

const ROOT = join(import.meta.dirname, '../..');
const read = (path: string) => readFileSync(join(ROOT, 'deploy', path), 'utf8');
const UNITS = ['binjari-broker.service', 'binjari-api.service', 'binjari-gateway@.service'];
const schemas: Readonly<Record<string, ConfigSchema>> = {
  broker: BrokerConfig,
  api: ApiConfig,
  gateway: GatewayConfig,
};

/** `KEY=value` lines, as systemd and compose give them to a process. */
function environmentIn(text: string): Record<string, string> {
  const pairs = [...text.matchAll(/^\s*(?:Environment=)?(BINJARI_\w+)(?:=|: )'?([^'\n]+)'?$/gm)];
  return Object.fromEntries(pairs.map(([, key = '', value = '']) => [key, value]));
}

/** The settings are ones that the process knows, and enough for it to start. */
function expectSettingsOf(room: string, env: Record<string, string>): void {
  const schema = schemas[room];
  if (!schema) throw new Error(`no process ${room}`);
  const known = new Set(Object.keys(schema.shape).map(envNameOf));
  expect(Object.keys(env).filter((key) => !known.has(key))).toEqual([]);
  expect(readConfig(schema, { args: [], env }).kind).toBe('config');
}

describe('the units', () => {
  test.each(UNITS)('%s starts a process that is there with settings that it knows', (unit) => {
    const text = read(`systemd/${unit}`);
    const [, entry = '', room = ''] =
      /--import \.\/runtime\/typescript\.mjs (([\w-]+)\/main\.ts)/.exec(text) ?? [];
    expect(existsSync(join(ROOT, entry))).toBe(true);
    const file = read(`systemd/${room}.env`);
    const env = { ...environmentIn(file), ...environmentIn(text) };
    // The unit's %i and %d are what systemd puts there.
    const filled = Object.entries(env).map(([key, value]) => [key, value.replaceAll('%i', 'gw-1')]);
    expectSettingsOf(room, Object.fromEntries(filled) as Record<string, string>);
  });

  test('keep a process to its own state, and give it longer to stop than it needs', () => {
    for (const unit of UNITS) {
      const text = read(`systemd/${unit}`);
      for (const line of [
        'NoNewPrivileges=yes',
        'ProtectSystem=strict',
        'CapabilityBoundingSet=\n',
        'Type=notify',
        'NotifyAccess=all',
        'WatchdogSec=60',
        'TimeoutStopSec=15',
        'RestartPreventExitStatus=78',
      ]) {
        expect(text).toContain(line);
      }
      const user = /^User=(.+)$/m.exec(text)?.[1] ?? '';
      expect(read('systemd/binjari.sysusers')).toContain(`u ${user}`);
    }
    expect(read('systemd/binjari-gateway@.service')).toContain('SupplementaryGroups=dialout');
  });

  test('are accepted by systemd, which finds little left to harden', () => {
    const analyze = findProgram('systemd-analyze', 'what systemd says of the units');
    if (analyze === undefined) return;
    for (const unit of UNITS) {
      const path = join(ROOT, 'deploy/systemd', unit);
      // Exposure in tenths: 10.0 is a process that may do everything.
      const checked = ['security', '--offline=true', '--no-pager', '--threshold=25', path];
      expect(execFileSync(analyze, checked, { encoding: 'utf8' })).toContain('OK');
    }
  });
});

describe('the compose file', () => {
  const text = read('compose/compose.yaml');
  const serviceOf = (name: string) =>
    new RegExp(`^  ${name}:\\n((?:    .*\\n|\\n|  #.*\\n)+)`, 'm').exec(text)?.[1] ?? '';

  test.each(Object.keys(schemas))(
    'starts the %s with settings that it knows, on a volume',
    (room) => {
      const service = serviceOf(room);
      expectSettingsOf(room, environmentIn(service));
      expect(service).toContain(`${room}-data:/data`);
      expect(text).toMatch(new RegExp(`^  ${room}-data:$`, 'm'));
      expect(service).toContain('*hardened');
    },
  );

  test('copies into its images what is there, and all rooms that a process imports', () => {
    const images = read('compose/Dockerfile');
    const sources = [...images.matchAll(/^COPY (?!--from)([\w./ -]+) \S+$/gm)]
      .flatMap(([, list = '']) => list.split(' '))
      .filter((path) => path !== '.');
    expect(sources.length).toBeGreaterThan(8);
    for (const path of sources) expect([path, existsSync(join(ROOT, path))]).toEqual([path, true]);
    for (const [image, rooms] of [
      ['server', ['contract', 'runtime', 'broker', 'api']],
      ['gateway', ['contract', 'runtime', 'gateway']],
    ] as const) {
      const stage = images.split(/^FROM /m).find((part) => part.includes(` AS ${image}\n`)) ?? '';
      for (const room of rooms) expect(stage).toContain(`COPY ${room} ${room}\n`);
      expect(stage).toContain('USER node');
    }
  });

  test('has the reverse proxy of the examples, with the api’s name in its network', () => {
    const directives = (caddyfile: string) =>
      caddyfile.split('\n').filter((line) => line !== '' && !/^\s*#/.test(line));
    expect(directives(read('compose/Caddyfile'))).toEqual(
      directives(read('proxy/Caddyfile').replaceAll('127.0.0.1:8080', 'api:8080')),
    );
  });
});

test('every file of deploy/ is told of in the page on operations', () => {
  const page = readFileSync(join(ROOT, 'docs/operations.md'), 'utf8');
  const files = readdirSync(join(ROOT, 'deploy'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map(({ name }) => name);
  expect(files.filter((name) => !page.includes(name))).toEqual([]);
});
