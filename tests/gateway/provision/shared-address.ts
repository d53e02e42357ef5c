import {
  hasPrefix,
  isSameUid,
  encodeSearchAnswer,
  decodeSearchAnswer,
} from '#contract/uid-search.ts';
import type { Uid } from '#contract/uid-search.ts';
import { encodeResponse } from '#contract/modbus.ts';
import type { Request } from '#contract/modbus.ts';
import { answersIn } from '#gateway/bus/overheard.ts';
import type { SearchBus } from '#gateway/bus/search.ts';
import { searchRequest } from '#contract/uid-search.ts';

const ADDRESS = 247;
const ANSWER_BYTES = 31;

/**
 * Nodes of one address on a line in memory: answers begin at chance offsets, characters over
 * characters, where a zero of either wins; some drown all others; some words are lost.
 */
export function sharedAddress(
  uids: readonly Uid[],
  random: () => number,
  { lossShare = 0, drownShare = 0 } = {},
): SearchBus {
  const quiet = new Set<Uid>();
  const lost = () => random() < lossShare;
  return {
    anew: async () => quiet.clear(),
    keepQuiet: async (uid) => {
      const node = uids.find((one) => isSameUid(one, uid));
      if (node === undefined || lost()) return false;
      quiet.add(node);
      return !lost();
    },
    ask: async (prefix) => {
      const request = searchRequest(ADDRESS, prefix);
      let speaking = uids.filter((uid) => !quiet.has(uid) && hasPrefix(uid, prefix) && !lost());
      if (random() < drownShare) speaking = speaking.slice(0, 1);
      const bytes = overlaid(
        speaking.map((uid) => answerOf(request, uid)),
        random,
      );
      const { answers, strayBytes } = answersIn(request, bytes);
      const nodes = answers.flatMap((answer) => {
        const node = answer.kind === 'registers' ? decodeSearchAnswer(answer.data) : undefined;
        return node && hasPrefix(node.uid, prefix) ? [node] : [];
      });
      return { nodes, isCrowd: strayBytes > 0 || nodes.length < answers.length, isRefused: false };
    },
  };
}

function answerOf({ fc, address }: Request, uid: Uid): Uint8Array {
  const data = encodeSearchAnswer({ firmware: 0x0100, uid });
  return encodeResponse({ kind: 'registers', address, fc, data });
}

/** At 19200 baud a node begins within 18 ms, 31 characters late at most; many begin together. */
function overlaid(answers: readonly Uint8Array[], random: () => number): Uint8Array {
  const line: (number | undefined)[] = [];
  for (const answer of answers) {
    const from = random() < 0.5 ? 0 : Math.floor(random() * 2 * ANSWER_BYTES);
    for (const [at, byte] of answer.entries()) line[from + at] = byte & (line[from + at] ?? 0xff);
  }
  return Uint8Array.from(line.filter((byte) => byte !== undefined));
}
