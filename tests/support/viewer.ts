import type { Page } from 'playwright-core';
import { WebSocket } from 'ws';
import { LiveMessage } from '#contract/live.ts';
import type { LotLive } from '#contract/live.ts';
import { anyCarCountsOf, countsOf } from '#contract/headline.ts';

/** The number as a person reads it on the lot's card. */
export async function pageVacantOf(page: Page, name: string): Promise<number | undefined> {
  // By its heading: another lot's card may name this one as the way out.
  const card = page.getByRole('listitem').filter({ has: page.getByRole('heading', { name }) });
  const said = await card.first().innerText();
  const match = /(\d+) bays? free/.exec(said);
  return match ? Number(match[1]) : undefined;
}

export interface Viewer {
  vacantOf(lot: string): number | undefined;
  unknownOf(lot: string): number | undefined;
  close(): void;
}

/** A WebSocket client that believes only what the contract allows it to. */
export function openViewer(url: string): Viewer {
  const socket = new WebSocket(`${url.replace('http', 'ws')}/api/v1/live`);
  const lots = new Map<string, LotLive>();
  let seq = 0;
  socket.on('open', () => {
    socket.send(JSON.stringify({ type: 'watch', channels: [{ channel: 'lots' }] }));
  });
  socket.on('message', (data: Buffer) => {
    const message = LiveMessage.parse(JSON.parse(data.toString('utf8')));
    if (message.type === 'beat') return;
    if (message.type === 'delta' && message.seq !== seq + 1) {
      throw new Error(`delta ${message.seq} after ${seq}: a gap`);
    }
    seq = message.seq;
    for (const lot of message.lots ?? []) lots.set(lot.lot, lot);
  });
  return {
    vacantOf: (lot) => {
      const live = lots.get(lot);
      return live && anyCarCountsOf(live.counts).vacant;
    },
    unknownOf: (lot) => {
      const live = lots.get(lot);
      return live && countsOf(live.counts).unknown;
    },
    close: () => socket.terminate(),
  };
}
