import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeResponse, FC } from '#contract/modbus.ts';
import { judgeApi } from '#doctor/checks/api.ts';
import { isLoopback, judgeReach, judgeTls } from '#doctor/checks/broker.ts';
import { judgeApart, judgeDate, judgeSync } from '#doctor/checks/clock.ts';
import { judgeCredential } from '#doctor/checks/credential.ts';
import { judgeDisk } from '#doctor/checks/disk.ts';
import { isOpenToOthers } from '#doctor/checks/listeners.ts';
import { judgeNode } from '#doctor/checks/node-version.ts';
import { judgePort } from '#doctor/checks/ports.ts';
import { judgeAccess } from '#doctor/checks/serial-access.ts';
import { judgeBusy } from '#doctor/checks/serial-lines.ts';
import { judgeName } from '#doctor/checks/serial-names.ts';
import { judgeSecret } from '#doctor/checks/secrets.ts';
import { judgeBuild } from '#doctor/checks/web-build.ts';
import { judgeLine } from '#doctor/line/judge-line.ts';
import { framesFrom } from '#doctor/line/talk.ts';
import type { Attempt } from '#doctor/line/talk.ts';

const MB = 1_000_000;
const answerOf = (address: number): Uint8Array =>
  encodeResponse({
    kind: 'registers',
    address,
    fc: FC.readInput,
    data: Uint8Array.of(1, 2, 3, 4),
  });
const inverted = (bytes: Uint8Array) => bytes.map((byte) => byte ^ 0xff);
const joined = (...parts: Uint8Array[]) => Uint8Array.from(parts.flatMap((part) => [...part]));
const attempt = (baud: number, ...bytes: Uint8Array[]): Attempt => ({
  baud,
  parity: 'even',
  heard: bytes.map((heard, at) => ({ address: at + 1, bytes: heard })),
});
const NOTHING = new Uint8Array();
const line = { sensors: [] };
const judged = (first: Attempt, ...others: Attempt[]) =>
  judgeLine('gw a', line, first, others).map(
    ({ level, sure, found }) => `${level} ${sure}: ${found}`,
  );

describe('a line', () => {
  test('is in order when each sensor gives one answer', () => {
    expect(judged(attempt(9_600, answerOf(1), answerOf(2)))).toEqual([
      expect.stringMatching(/^ok/),
    ]);
  });

  test('that is understood at another speed has the wrong one', () => {
    const noise = Uint8Array.of(0, 0x81, 0xfe);
    const [said] = judged(attempt(9_600, noise, noise), attempt(19_200, answerOf(1)));
    expect(said).toMatch(/^problem certain: .*at 9600 baud.*but at 19200 baud/);
  });

  test('whose bits are all inverted has its wires swapped', () => {
    expect(judged(attempt(9_600, inverted(answerOf(1))))).toEqual([
      'problem likely: line gw a at 9600 baud, parity even: every bit arrives inverted',
    ]);
  });

  test('of which nothing or only noise comes is not accused of more than that', () => {
    expect(judged(attempt(9_600, NOTHING, NOTHING))[0]).toMatch(/^problem possible: .*nobody says/);
    expect(judged(attempt(9_600, Uint8Array.of(1, 2, 3)))[0]).toMatch(/3 bytes came and none/);
  });

  test('with two nodes at an address is told which', () => {
    const twice = attempt(9_600, joined(answerOf(1), answerOf(1)), answerOf(2));
    expect(judged(twice)).toEqual([
      'problem certain: line gw a, address 1: 2 answers to one question',
    ]);
    const collided = attempt(
      9_600,
      answerOf(1),
      answerOf(2).map((byte) => byte & 0x55),
    );
    expect(judged(collided)[0]).toMatch(/^problem likely: .*address 2.*two nodes speak at once/);
  });

  test('counts no frame in what is none, and each that is there, wherever it begins', () => {
    fc.assert(
      fc.property(
        fc.uint8Array({ maxLength: 9 }).filter((bytes) => !bytes.includes(7)),
        fc.nat({ max: 3 }),
        (noise, count) => {
          const frames = Array.from({ length: count }, () => answerOf(7));
          expect(framesFrom(7, joined(noise, ...frames))).toBe(count);
        },
      ),
    );
  });
});

describe('what is found', () => {
  test.each([
    ['old Node', judgeNode('18.20.4', '>=20.19'), 'problem'],
    ['older minor', judgeNode('20.18.1', '>=20.19'), 'problem'],
    ['new Node', judgeNode('24.1.0', '>=20.19'), 'ok'],
    ['full disk', judgeDisk('d', 3 * MB, 900 * MB, 0.5), 'problem'],
    ['low disk', judgeDisk('d', 60 * MB, 9_000 * MB, 0.5), 'warning'],
    ['no inodes', judgeDisk('d', 500 * MB, 900 * MB, 0), 'problem'],
    ['room', judgeDisk('d', 500 * MB, 900 * MB, 0.5), 'ok'],
    ['readable secret', judgeSecret('s', 0o100644, false), 'problem'],
    ['empty secret', judgeSecret('s', 0o100600, true), 'problem'],
    ['own secret', judgeSecret('s', 0o100600, false), 'ok'],
    ['early clock', judgeDate(5, 6), 'problem'],
    ['free clock', judgeSync('not synchronised'), 'warning'],
    ['unknown clock', judgeSync('unknown'), 'skipped'],
    ['far clock', judgeApart(-400_000), 'problem'],
    ['near clock', judgeApart(3_000), 'warning'],
    ['same clock', judgeApart(-700), 'ok'],
    ['numbered name', judgeName('l', '/dev/ttyUSB0', true, ['usb-FTDI']), 'warning'],
    ['missing adapter', judgeName('l', '/dev/serial/by-id/x', false, ['usb-FTDI']), 'problem'],
    ['busy', judgeBusy('l', 'p', 'Error: Cannot lock port', [], false), 'problem'],
    [
      'own gateway',
      judgeBusy('l', 'p', 'Cannot lock port', [{ pid: 7, command: 'node gateway/main.ts' }], false),
      'skipped',
    ],
    ['taken port', judgePort('http', 80, false, [{ pid: 7, command: 'nginx' }]), 'problem'],
    ['own port', judgePort('http', 80, true, []), 'ok'],
    ['refused secret', judgeCredential('gw', 'Connection refused: Not authorized'), 'problem'],
    ['away', judgeCredential('gw', 'connect ECONNREFUSED'), 'skipped'],
    [
      'unsigned broker',
      judgeCredential('gw', "the broker's certificate is not signed by a public CA"),
      'problem',
    ],
    ['not ready', judgeApi('u', aProblem(503), true), 'problem'],
    ['other server', judgeApi('u', aProblem(404), true), 'problem'],
    ['stale build', judgeBuild('m', 5, 6), 'warning'],
    ['no build', judgeBuild('m', undefined, 6), 'problem'],
    ['edge without page', judgeBuild('m', undefined, undefined), 'skipped'],
    ['no name', judgeReach('u', 'ENOTFOUND', true), 'problem'],
    ['nothing asked', judgeReach('u', 'ECONNREFUSED', false), 'skipped'],
    ['clear text', judgeTls(new URL('mqtt://10.0.0.5:1883')), 'warning'],
    ['tls', judgeTls(new URL('mqtts://10.0.0.5:8883')), 'ok'],
    [
      'no group',
      judgeAccess('l', 'p', { isAllowed: false, user: 'u', group: 'dialout', groupMayUse: true }),
      'problem',
    ],
  ])('%s', (_, finding, level) => {
    expect(finding.level).toBe(level);
    // Whatever is not in order says in one sentence how to mend it.
    const isWrong = level === 'problem' || level === 'warning';
    expect(finding.mend !== '').toBe(isWrong);
    expect(finding.mend).toMatch(isWrong ? /^[A-Z].*\.$/s : /^$/);
  });

  test('loopback in every spelling, and what only looks like it', () => {
    const names = [
      'localhost',
      '127.0.0.1',
      '127.9.9.9',
      '::1',
      '[::1]',
      '128.0.0.1',
      '127.example',
    ];
    expect(names.filter(isLoopback)).toEqual(names.slice(0, 5));
  });

  test('ports that listen for others, as the kernel tells them', () => {
    const table = [
      '  sl  local_address rem_address   st tx_queue',
      '   0: 0100007F:1F90 00000000:0000 0A 00000000:00000000',
      '   1: 00000000:075B 00000000:0000 0A 00000000:00000000',
      '   2: 00000000:0016 00000000:0000 01 00000000:00000000',
      '   3: 00000000000000000000000001000000:1F91 0:0000 0A 0:0',
      '   4: 00000000000000000000000000000000:1F92 0:0000 0A 0:0',
    ].join('\n');
    const ports = [0x1f_90, 0x07_5b, 0x16, 0x1f_91, 0x1f_92];
    expect(ports.filter((port) => isOpenToOthers(table, port))).toEqual([0x07_5b, 0x1f_92]);
  });
});

function aProblem(status: number) {
  return {
    ok: true,
    status,
    headers: new Headers(),
    text: '{"code":"not_ready","detail":"broker: away"}',
  } as const;
}
