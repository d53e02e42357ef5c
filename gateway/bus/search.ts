import { ANY_UID, halvesOf, isSameUid } from '#contract/uid-search.ts';
import type { SearchAnswer, Uid, UidPrefix } from '#contract/uid-search.ts';
import { SEARCH } from '#contract/registers.ts';

/** What is heard when all nodes whose UID begins in a certain way were asked at once. */
export interface SearchHeard {
  /** Each the word of one node, whole and proven. */
  readonly nodes: readonly SearchAnswer[];
  /** Something came that is no node's whole word: answers over answers, or noise. */
  readonly isCrowd: boolean;
  /** Somebody answered that it knows no search. */
  readonly isRefused: boolean;
}

/** The nodes that share one address, as a search can speak to them. */
export interface SearchBus {
  /** Every node takes part again. */
  anew(): Promise<void>;
  ask(prefix: UidPrefix): Promise<SearchHeard>;
  /** True: that node exists, and is silent from now on. */
  keepQuiet(uid: Uid): Promise<boolean>;
}

export type SearchEvent =
  | { readonly kind: 'asked'; readonly asked: number; readonly found: number }
  | { readonly kind: 'found'; readonly node: SearchAnswer; readonly found: number };

export interface SearchEnd {
  readonly nodes: readonly SearchAnswer[];
  readonly asked: number;
  /**
   * `complete`: at the end nobody answered any more. `noise`: something answers to a whole UID and
   * is no node. `endless`: the search was given up.
   */
  readonly end: 'complete' | 'noise' | 'endless';
  /** Sensors that know no search answer at this address too. */
  readonly hasStrangers: boolean;
}

/** Silence is believed when it was heard so often in a row: a request may be lost like an answer. */
const SILENCES = 2;
/** One UID cannot collide with itself: so many crowds at whole UIDs are no nodes. */
const MOST_NOISY_LEAVES = 3;
const QUIET_TRIES = 3;
/** 32 nodes in pairs that differ in their last bit only take 6,200. */
const MOST_ASKED = 10_000;

/**
 * Enumerates all nodes that share an address: whoever is heard whole is told to keep quiet, where
 * several are heard the half of them is asked, and it is over only when the whole address is silent.
 * So no node is missed because a nearer one was louder, and no silence is believed but the last.
 */
export async function* findNodes(bus: SearchBus): AsyncGenerator<SearchEvent, SearchEnd> {
  const nodes: SearchAnswer[] = [];
  let asked = 0;
  let noisyLeaves = 0;
  let hasStrangers = false;
  const ended = (end: SearchEnd['end']): SearchEnd => ({ nodes, asked, end, hasStrangers });

  await bus.anew();
  for (let silences = 0; silences < SILENCES;) {
    const open = [ANY_UID];
    let isSilent = true;
    for (let prefix = open.pop(); prefix !== undefined; prefix = open.pop()) {
      if (asked >= MOST_ASKED) return ended('endless');
      const heard = await bus.ask(prefix);
      asked += 1;
      yield { kind: 'asked', asked, found: nodes.length };
      if (heard.isRefused) hasStrangers = true;
      if (heard.nodes.length > 0 || heard.isCrowd) isSilent = false;
      for (const node of heard.nodes) {
        const isProven = await keptQuiet(bus, node.uid);
        if (!isProven || nodes.some(({ uid }) => isSameUid(uid, node.uid))) continue;
        nodes.push(node);
        yield { kind: 'found', node, found: nodes.length };
      }
      if (!heard.isCrowd) continue;
      if (prefix.bits < SEARCH.uidBits) open.push(...halvesOf(prefix).toReversed());
      else noisyLeaves += 1;
      if (noisyLeaves >= MOST_NOISY_LEAVES) return ended('noise');
    }
    silences = isSilent ? silences + 1 : 0;
  }
  return ended('complete');
}

async function keptQuiet(bus: SearchBus, uid: Uid): Promise<boolean> {
  for (let tried = 0; tried < QUIET_TRIES; tried += 1) {
    if (await bus.keepQuiet(uid)) return true;
  }
  return false;
}
