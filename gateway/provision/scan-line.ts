import { FACTORY_LINK, PARITIES } from '#contract/node-config.ts';
import type { Link } from '#contract/node-config.ts';
import { FACTORY_ADDRESS } from '#contract/registers.ts';
import { FREE_RUNNING_KINDS } from '#contract/sensor-kind.ts';
import type { FreeRunningKind } from '#contract/sensor-kind.ts';
import { freeRunningKinds } from '../bus/free-running-kinds.ts';
import { identify } from './identify.ts';
import type { Occupant } from './identify.ts';
import { openMaster } from './line-access.ts';
import type { LineAccess } from './line-access.ts';

export type ScanFind =
  | Occupant
  /** It speaks unasked, and so must be alone on its line. */
  | { readonly is: 'free-running'; readonly sensor: FreeRunningKind };

export type ScanEvent =
  | { readonly kind: 'asked'; readonly link: Link; readonly done: number; readonly of: number }
  | { readonly kind: 'found'; readonly link: Link; readonly found: ScanFind };

export interface ScanResult {
  readonly found: readonly { readonly link: Link; readonly found: ScanFind }[];
}

/** The usual ones, the likeliest first. */
const SCANNED_BAUDS = [19_200, 9_600, 115_200, 38_400, 57_600, 4_800] as const;
const FREE_RUNNING_LINK: Link = { baud: 9_600, parity: 'none' };
/** They speak every 100–150 ms. */
const LISTEN_MS = 700;
const LEAST_FRAMES = 3;
/** Long enough for the slowest node and an adapter that hands over every 16 ms. */
const FIRST_WITHIN_MS = 60;
/** Where sensors leave the factory: bay nodes and DYP, MXS485, URM. */
const LIKELY_ADDRESSES = [FACTORY_ADDRESS, 1, 2, 12, 17];

export const scannedLinks = (
  bauds: readonly number[] = SCANNED_BAUDS,
  parities: readonly Link['parity'][] = ['even', 'none', 'odd'],
): Link[] =>
  bauds
    .flatMap((baud) => PARITIES.map((parity) => ({ baud, parity })))
    .filter(({ parity }) => parities.includes(parity))
    .toSorted((a, b) => rankOf(a) - rankOf(b));

const rankOf = ({ baud, parity }: Link): number =>
  baud === FACTORY_LINK.baud && parity === FACTORY_LINK.parity ? -2 : parity === 'odd' ? 1 : -1;

/**
 * Who is on a line of which nothing is known: listens for sensors that speak unasked, asks the
 * likely addresses at each speed and parity, then all given addresses where somebody was heard, and
 * everywhere when nobody was.
 */
export async function* scanLine(
  access: LineAccess,
  { links, addresses }: { readonly links: readonly Link[]; readonly addresses: readonly number[] },
): AsyncGenerator<ScanEvent, ScanResult> {
  const found: { link: Link; found: ScanFind }[] = [];
  if (links.some(({ baud, parity }) => baud === FREE_RUNNING_LINK.baud && parity === 'none')) {
    const heard = await listenUnasked(access);
    if (heard) {
      const one = {
        link: FREE_RUNNING_LINK,
        found: { is: 'free-running', sensor: heard },
      } as const;
      yield { kind: 'found', ...one };
      return { found: [one] };
    }
  }
  const likely = LIKELY_ADDRESSES.filter((address) => addresses.includes(address));
  const asked = { done: 0, of: links.length * likely.length + addresses.length };
  const speaking = new Set<Link>();
  for (const link of links) {
    for await (const event of scanLink(access, link, likely, asked)) {
      if (event.kind === 'found') speaking.add(link);
      else yield event;
    }
  }
  const thoroughly = speaking.size > 0 ? [...speaking] : links;
  asked.of = links.length * likely.length + thoroughly.length * addresses.length;
  for (const link of thoroughly) {
    for await (const event of scanLink(access, link, addresses, asked)) {
      yield event;
      if (event.kind === 'found') found.push({ link, found: event.found });
    }
  }
  return { found };
}

async function* scanLink(
  access: LineAccess,
  link: Link,
  addresses: readonly number[],
  asked: { done: number; readonly of: number },
): AsyncGenerator<ScanEvent> {
  // A serial server takes its time, and its speed is known.
  const patience = access.isTunable ? { firstWithinMs: FIRST_WITHIN_MS } : {};
  const line = await openMaster(access, link);
  try {
    for (const address of addresses) {
      asked.done += 1;
      yield { kind: 'asked', link, done: asked.done, of: asked.of };
      const one = await identify(line.master, address, patience);
      if (one) yield { kind: 'found', link, found: one };
    }
  } finally {
    await line.close();
  }
}

/** The kind whose frames make up what is heard; undefined: nobody speaks by itself. */
async function listenUnasked(access: LineAccess): Promise<FreeRunningKind | undefined> {
  const chunks: Uint8Array[] = [];
  const line = await access.open(FREE_RUNNING_LINK, {
    bytes: (chunk) => void chunks.push(chunk),
    lost: () => undefined,
  });
  await access.pause(LISTEN_MS);
  await line.close();
  const scores = FREE_RUNNING_KINDS.map((kind) => {
    const reader = freeRunningKinds[kind].open();
    const heard = chunks.flatMap((chunk) => reader.push(chunk));
    const frames = heard.filter((one) => one.kind === 'frame').length;
    const discarded = heard.reduce((sum, one) => sum + ('bytes' in one ? one.bytes : 0), 0);
    return { kind, frames, discarded };
  });
  return scores
    .filter(({ frames }) => frames >= LEAST_FRAMES)
    .toSorted((a, b) => a.discarded - b.discarded)[0]?.kind;
}
