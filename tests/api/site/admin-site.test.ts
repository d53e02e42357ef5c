import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { changedSite } from '../../support/changed-site.ts';
import { SiteRig } from './site-rig.ts';
import { built } from '../../support/built.ts';

async function admin(rig: SiteRig, ...args: string[]) {
  const child = spawn(process.execPath, [...built('admin'), 'site', ...args], {
    env: { ...process.env, BINJARI_URL: rig.url, BINJARI_OPERATOR_TOKEN_FILE: rig.tokenFile },
  });
  let [out, said] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString('utf8')));
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString('utf8')));
  const code = await new Promise<number | null>((resolve) => {
    child.once('close', resolve);
  });
  return { code, out, said };
}

test('the admin command checks, applies, tells the history and rolls back', async () => {
  await using rig = await SiteRig.open();
  const next = join(rig.folder.path, 'next.geojson');
  writeFileSync(
    next,
    changedSite(rig.first, { removedBays: ['lot-1-2'], movedBays: { 'lot-2-1': 'lot-1' } }),
  );
  const broken = join(rig.folder.path, 'broken.geojson');
  writeFileSync(broken, rig.first.replace('"lot":"lot-1"', '"lot":"nowhere"'));
  const [checked, alone, wrong] = await Promise.all([
    admin(rig, 'check', next),
    admin(rig, 'check', next, '--url', 'http://127.0.0.1:1'),
    admin(rig, 'check', broken, '--url', 'http://127.0.0.1:1'),
  ]);
  expect(checked).toMatchObject({ code: 0, said: '' });
  expect(checked.out).toContain('bays: 1 moved, 1 removed');
  expect(checked.out).toContain('> lot-2-1 (lot lot-2 → lot-1)');
  expect(checked.out).toContain('sensors: 1 removed\n  - gw-1 lot-1-2-node');
  expect(alone).toMatchObject({ code: 0 });
  expect(alone.out).toContain('not compared with what runs: no api answers');
  expect(wrong).toMatchObject({ code: 1, out: '' });
  expect(wrong.said).toContain('"nowhere" is none');

  expect((await admin(rig, 'apply', next, '--author', 'kim')).out).toContain('version 2 runs');
  expect(await rig.lotOf('lot-1')).toMatchObject({ sensedBays: 16 });
  const back = await admin(rig, 'rollback', '1', '--author', 'lee');
  expect(back.out).toContain('version 3 runs');
  const { out } = await admin(rig, 'history');
  expect(out.split('\n').map((line) => line.replace(/valid from \S+/, '').slice(0, 16))).toEqual([
    expect.stringMatching(/^\* 3 .*lee/),
    expect.stringMatching(/^ {2}2 .*kim/),
    expect.stringMatching(/^ {2}1 .*site/),
    '',
  ]);
});
