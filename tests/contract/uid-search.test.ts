import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import {
  decodeRequest,
  decodeResponse,
  encodeRequest,
  encodeResponse,
  FC,
  requestLength,
} from '#contract/modbus.ts';
import {
  configCrc,
  configProblems,
  labelOf,
  labelRegisters,
  linkOfConfig,
} from '#contract/node-config.ts';
import { COMMAND, configBlock, FACTORY_ADDRESS } from '#contract/registers.ts';
import {
  encodeSearchAnswer,
  searchedPrefix,
  searchRequest,
  uidOfWords,
} from '#contract/uid-search.ts';

const uid = uidOfWords([0x8001, 2, 3, 4, 5, 6]);
const firstBit = { bits: 1, uid: uidOfWords([0x8000, 0, 0, 0, 0, 0]) };
const request = searchRequest(FACTORY_ADDRESS, firstBit);

const hex = (bytes: Uint8Array) =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0').toUpperCase()).join(' ');
/** What a comment says in backticks, over however many lines. */
const documented = readFileSync(new URL('../../contract/registers.ts', import.meta.url), 'utf8')
  .replaceAll(/\n \* ?/g, ' ')
  .replaceAll(/ +/g, ' ');

describe('the documented bytes of the search', () => {
  test.each([
    ['the request', hex(encodeRequest(request))],
    [
      'the answer',
      hex(
        encodeResponse({
          kind: 'registers',
          address: FACTORY_ADDRESS,
          fc: FC.readWriteMany,
          data: encodeSearchAnswer({ firmware: 0x0100, uid }),
        }),
      ),
    ],
    [
      'the trigger of ping group 1',
      hex(
        encodeRequest({
          fc: FC.writeOne,
          address: 0,
          register: COMMAND.register,
          value: COMMAND.triggerGroup + 1,
        }),
      ),
    ],
  ])('%s is what the map says', (_what, bytes) => {
    expect(bytes.split(' ').length).toBeGreaterThanOrEqual(8);
    expect(documented).toContain(`\`${bytes}\``);
  });

  test('are read again as they were meant', () => {
    const bytes = encodeRequest(request);
    expect(requestLength(bytes, 0, bytes.length)).toBe(bytes.length);
    expect(requestLength(bytes, 0, 10)).toBeUndefined();
    const read = decodeRequest(bytes);
    expect(read).toEqual(request);
    expect(read && searchedPrefix(read)).toEqual(firstBit);
    expect(
      decodeResponse(
        encodeResponse({ kind: 'registers', address: 9, fc: 23, data: Uint8Array.of(1, 2) }),
      ),
    ).toEqual({ kind: 'registers', address: 9, fc: 23, data: Uint8Array.of(1, 2) });
  });

  test('a search for more bits than a UID has is none', () => {
    expect(searchedPrefix(searchRequest(1, { bits: 97, uid }))).toBeUndefined();
  });
});

describe('a node’s configuration', () => {
  const empty = configBlock.decode(new Uint8Array(2 * configBlock.count));
  const usable = { ...empty, address: 5, baudHundreds: 192, parity: 1, distanceOffMm: 1 };

  test('carries its label and its link', () => {
    const config = { ...usable, ...labelRegisters('nambu-a-014-and-more') };
    expect(labelOf(config)).toBe('nambu-a-014-and-');
    expect(labelOf({ ...usable, ...labelRegisters('가-1') })).toBe('가-1');
    expect(linkOfConfig(config)).toEqual({ baud: 19_200, parity: 'even' });
    expect(configCrc(config)).not.toBe(configCrc(usable));
  });

  test('is refused with every problem at once', () => {
    expect(configProblems(usable)).toEqual([]);
    const wrong = { ...usable, address: 0, baudHundreds: 5, parity: 3, pingGroup: 16 };
    expect(configProblems(wrong).map((problem) => problem.split(':')[0])).toEqual([
      'address',
      'baudHundreds',
      'parity',
      'pingGroup',
    ]);
  });
});
