import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  decodeSearchAnswer,
  encodeSearchAnswer,
  hasPrefix,
  isSameUid,
  parseUid,
  uidText,
} from '#contract/uid-search.ts';
import type { Uid } from '#contract/uid-search.ts';
import { openRandom } from '#firmware-sim/world/random.ts';
import { findNodes } from '#gateway/bus/search.ts';
import type { SearchBus, SearchEnd, SearchEvent } from '#gateway/bus/search.ts';
import { toTheEnd } from '#gateway/provision/to-the-end.ts';
import { sharedAddress } from './shared-address.ts';

const word = fc.integer({ min: 0, max: 0xffff_ffff });
/** By chance, or of one lot: alike but for the last bits, as chips of one wafer are. */
const anyUid: fc.Arbitrary<Uid> = fc.oneof(
  fc.record({ high: word, middle: word, low: word }),
  fc.record({
    high: fc.constant(0x0035_002f),
    middle: fc.constant(0x3138_3338),
    low: fc.integer({ min: 0, max: 63 }),
  }),
);
const uidSet = fc.uniqueArray(anyUid, { maxLength: 32, comparator: isSameUid });

async function searched(bus: SearchBus): Promise<{ end: SearchEnd; events: SearchEvent[] }> {
  const events: SearchEvent[] = [];
  const end = await toTheEnd(findNodes(bus), (event) => void events.push(event));
  return { end, events };
}
const textsOf = (end: SearchEnd) => end.nodes.map(({ uid }) => uidText(uid)).toSorted();

describe('the search for nodes of one address', () => {
  test('finds every node of any set, each once, and nothing that is none', async () => {
    await fc.assert(
      fc.asyncProperty(uidSet, fc.integer(), async (uids, seed) => {
        const random = openRandom(seed, 'line');
        const { end, events } = await searched(sharedAddress(uids, random));
        expect(end.end).toBe('complete');
        expect(textsOf(end)).toEqual(uids.map(uidText).toSorted());
        expect(events.filter(({ kind }) => kind === 'found')).toHaveLength(uids.length);
      }),
      { numRuns: 60 },
    );
  });

  test('misses none because another is louder, and none when words are lost', async () => {
    await fc.assert(
      fc.asyncProperty(uidSet, fc.integer(), async (uids, seed) => {
        const random = openRandom(seed, 'line');
        const bus = sharedAddress(uids, random, { drownShare: 0.5 });
        expect(textsOf((await searched(bus)).end)).toEqual(uids.map(uidText).toSorted());
      }),
      { numRuns: 40 },
    );
    const random = openRandom(1, 'lossy');
    const uids = Array.from({ length: 32 }, (_, low) => ({ high: 7, middle: 8, low }));
    const { end } = await searched(sharedAddress(uids, random, { lossShare: 0.05 }));
    expect(textsOf(end)).toEqual(uids.map(uidText).toSorted());
  });

  test('asks about three times as often as there are nodes', async () => {
    const random = openRandom(3, 'uids');
    const uids = Array.from({ length: 32 }, () => ({
      high: Math.floor(random() * 0x1_0000_0000),
      middle: 0,
      low: 0,
    }));
    const { end } = await searched(sharedAddress(uids, random));
    expect(end.asked).toBeLessThan(4 * 32);
  });

  test('says that a line babbles instead of searching it for ever', async () => {
    const heard = { nodes: [], isCrowd: true, isRefused: false };
    const babble: SearchBus = {
      anew: async () => undefined,
      ask: async () => heard,
      keepQuiet: async () => false,
    };
    const { end } = await searched(babble);
    expect(end).toMatchObject({ end: 'noise', nodes: [] });
    expect(end.asked).toBeLessThan(200);
  });

  test('takes nothing for a node that does not answer to its whole UID', async () => {
    const ghost = { firmware: 1, uid: { high: 1, middle: 2, low: 3 } };
    let asked = 0;
    const haunted: SearchBus = {
      anew: async () => undefined,
      ask: async () => {
        asked += 1;
        return { nodes: asked === 1 ? [ghost] : [], isCrowd: false, isRefused: false };
      },
      keepQuiet: async () => false,
    };
    expect((await searched(haunted)).end).toMatchObject({ end: 'complete', nodes: [] });
  });
});

describe('the answer to a search', () => {
  test('cannot be a collision: of two UIDs, whatever wins, none is left', () => {
    fc.assert(
      fc.property(anyUid, anyUid, fc.integer(), (one, other, firmware) => {
        fc.pre(!isSameUid(one, other));
        const [a, b] = [one, other].map((uid) =>
          encodeSearchAnswer({ firmware: firmware & 0xffff, uid }),
        );
        if (!a || !b) throw new Error('expected two answers');
        expect(decodeSearchAnswer(a)?.uid).toEqual(one);
        expect(decodeSearchAnswer(a.map((byte, at) => byte & (b[at] ?? 0)))).toBeUndefined();
        expect(decodeSearchAnswer(a.map((byte, at) => byte | (b[at] ?? 0)))).toBeUndefined();
      }),
    );
  });

  test('a UID is written as it is read, and begins as its prefix does', () => {
    fc.assert(
      fc.property(anyUid, fc.integer({ min: 0, max: 96 }), (uid, bits) => {
        expect(parseUid(uidText(uid))).toEqual(uid);
        expect(hasPrefix(uid, { bits, uid })).toBe(true);
        const flipped = { ...uid, high: (uid.high ^ 0x8000_0000) >>> 0 };
        expect(hasPrefix(flipped, { bits, uid })).toBe(bits === 0);
      }),
    );
    expect(parseUid('8001-0002')).toBeUndefined();
  });
});
