import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import * as z from 'zod';
import { configHelp, envNameOf, flagNameOf, readConfig } from '#runtime/config.ts';
import type { ConfigSources } from '#runtime/config.ts';
import { ConfigError } from '#runtime/errors.ts';
import { openTempFolder } from '../support/temp-folder.ts';

const schema = z.object({
  brokerUrl: z.string().min(1).describe('address of the broker'),
  mqttPort: z.int().min(0).max(65_535).default(1883).describe('TCP port'),
  anonymous: z.boolean().default(false).describe('let anybody in'),
  hosts: z.array(z.string()).optional().describe('names'),
});

const read = (sources: Partial<ConfigSources>) =>
  readConfig(schema, { args: [], env: {}, ...sources });

function problemsOf(sources: Partial<ConfigSources>): readonly string[] {
  try {
    read(sources);
    return [];
  } catch (error) {
    if (error instanceof ConfigError) return error.problems;
    throw error;
  }
}

describe('a process’s configuration', () => {
  test('takes a flag before the environment, that before the file, that before the default', () => {
    using folder = openTempFolder();
    const file = join(folder.path, 'config.json');
    writeFileSync(file, JSON.stringify({ brokerUrl: 'file', mqttPort: 1, hosts: ['a', 'b'] }));
    const env = { BINJARI_CONFIG: file, BINJARI_MQTT_PORT: '2', BINJARI_BROKER_URL: 'environment' };
    expect(read({ env, args: ['--broker-url', 'flag'] })).toEqual({
      kind: 'config',
      config: { brokerUrl: 'flag', mqttPort: 2, anonymous: false, hosts: ['a', 'b'] },
      rest: [],
    });
    expect(read({ args: ['--config', file] })).toMatchObject({
      config: { brokerUrl: 'file', mqttPort: 1 },
    });
  });

  test('reads numbers, truths and lists from text, and leaves text that looks like them alone', () => {
    const env = {
      BINJARI_BROKER_URL: '1883',
      BINJARI_ANONYMOUS: 'true',
      BINJARI_HOSTS: '["a"]',
      BINJARI_MQTT_PORT: '',
    };
    expect(read({ env })).toMatchObject({
      config: { brokerUrl: '1883', anonymous: true, hosts: ['a'], mqttPort: 1883 },
    });
  });

  test('names every problem at once, with the variable to set', () => {
    using folder = openTempFolder();
    const file = join(folder.path, 'config.json');
    writeFileSync(file, '{"brokerURL":"x"}');
    const env = { BINJARI_CONFIG: file, BINJARI_MQTT_PORT: '70000', BINJARI_ANONYMOUS: 'perhaps' };
    const problems = problemsOf({ env }).join('\n');
    for (const part of [
      'brokerURL: no such key',
      'BINJARI_BROKER_URL',
      'BINJARI_MQTT_PORT',
      'BINJARI_ANONYMOUS',
    ]) {
      expect(problems).toContain(part);
    }
    expect(problemsOf({ env })).toHaveLength(4);
    expect(problemsOf({})).toEqual([
      'brokerUrl (BINJARI_BROKER_URL, --broker-url): is needed: address of the broker',
    ]);
  });

  test.each([
    ['a file that is not there', ['--config', '/nowhere/config.json'], 'nowhere'],
    ['an unknown flag', ['--brokerurl', 'x'], 'known flags: --broker-url'],
    ['a flag without a value', ['--broker-url'], 'broker-url'],
    ['a word that is no flag', ['start'], 'start'],
  ])('%s is a problem', (_, args, part) => expect(problemsOf({ args }).join('\n')).toContain(part));

  test('a file that holds no object is a problem', () => {
    using folder = openTempFolder();
    const file = join(folder.path, 'config.json');
    for (const text of ['null', '7', '{', '[1]']) {
      writeFileSync(file, text);
      expect(problemsOf({ args: ['--config', file] }).join('\n')).toContain(file);
    }
  });

  test('is only checked, or only explained, when that is asked', () => {
    expect(read({ args: ['--help'] })).toEqual({ kind: 'help' });
    expect(read({ args: ['--check', '--broker-url', 'x'] }).kind).toBe('check');
    const help = configHelp('npm run broker --', 'the broker', schema);
    for (const part of [
      '--broker-url  BINJARI_BROKER_URL',
      'address of the broker (needed)',
      'TCP port (1883)',
    ]) {
      expect(help).toContain(part);
    }
    expect(help).toMatch(/^ +names$/m);
  });

  test('has one name for a key in each place', () => {
    expect([envNameOf('maxPacketBytes'), flagNameOf('maxPacketBytes')]).toEqual([
      'BINJARI_MAX_PACKET_BYTES',
      'max-packet-bytes',
    ]);
  });
});
