import { abuseByForeignTopics } from './foreign-topics.ts';
import { abuseByGuessing } from './guessers.ts';
import { abuseByHugeConnects } from './huge-connects.ts';
import { abuseByIdleSockets } from './idle-sockets.ts';
import { abuseByMalformed } from './malformed.ts';
import { abuseByReplay } from './replayed-day.ts';
import { abuseBySpoofedBays } from './spoofed-bays.ts';
import { abuseByStuckReader } from './stuck-reader.ts';

/** A figure and what it must not exceed, or must be. */
export type Bar = readonly [what: string, measured: number, most: number];

export interface Abuse {
  readonly name: string;
  readonly about: string;
  /** `slack`: how many times longer things may take, where other work runs beside it. */
  readonly run: (size: 'short' | 'full', slack: number) => Promise<Bars>;
}

export interface Bars {
  readonly figures: object;
  readonly bars: readonly Bar[];
}

/** The named abuses of the broker, each with what must hold: docs/broker.md, "Abuse". */
export const abuses: readonly Abuse[] = [
  {
    name: 'A1',
    about: 'malformed packets',
    run: async (size, slack) => {
      const figures = await abuseByMalformed({
        seed: 1,
        connections: size === 'full' ? 20_000 : 200,
        packetsEach: 50,
      });
      return {
        figures,
        bars: [
          ['processes that crashed', Number(figures.crashed), 0],
          ['messages in order that were not heard', figures.goodUnheard, 0],
          ['growth of memory, MiB', figures.rssGrowthMib, 64],
          ['acknowledgement p99, ms', figures.goodAckP99Ms, 500 * slack],
        ],
      };
    },
  },
  {
    name: 'A2',
    about: 'CONNECTs that declare 256 MiB',
    run: async () => {
      const figures = await abuseByHugeConnects({ connections: 100 });
      return {
        figures,
        bars: [
          ['not refused', figures.connections - figures.refused, 0],
          ['growth of memory, MiB', figures.rssGrowthMib, 20],
        ],
      };
    },
  },
  {
    name: 'A3',
    about: 'connections that say nothing, or dribble',
    run: async (size, slack) => {
      const figures = await abuseByIdleSockets({ sockets: size === 'full' ? 5_000 : 300 });
      return {
        figures,
        bars: [
          ['new clients that were refused', figures.newRefused, 0],
          ['new clients come in, p99, ms', figures.newP99Ms, 200 * slack],
          // A second of the clock that looks, and the machine's own delays.
          ['silent ones are closed after, ms', figures.silentClosedMs, 5_000 + 1_000 * slack],
          ['dribbled CONNECTs, ms', figures.connectClosedMs, 5_000 + 1_000 * slack],
          ['dribbled requests, ms', figures.httpClosedMs, 10_000 + 1_000 * slack],
        ],
      };
    },
  },
  {
    name: 'A4',
    about: 'wrong secrets',
    run: async (size, slack) => {
      const full = { guesses: 30_000, perSecond: 1_000, addresses: 50 };
      const short = { guesses: 600, perSecond: 300, addresses: 10 };
      const figures = await abuseByGuessing(size === 'full' ? full : short);
      return {
        figures,
        bars: [
          ['logins in order that were refused', figures.loginsRefused, 0],
          [
            'login of a client that was here before, most, ms',
            figures.knownLoginMostMs,
            1_000 * slack,
          ],
          ['first login of a client, most, ms', figures.firstLoginMostMs, 1_000 * slack],
          ['event loop p99, ms', figures.loopP99Ms, 100 * slack],
        ],
      };
    },
  },
  {
    name: 'A5',
    about: 'a subscriber that never reads',
    run: async (size, slack) => {
      const figures = await abuseByStuckReader({ readers: size === 'full' ? 10 : 1 });
      return {
        figures,
        bars: [
          ['not cut off', figures.readers - figures.cut, 0],
          ['messages of others that were not heard', figures.unheard, 0],
          ['delay of others, most, ms', figures.othersMostMs, 1_200 * slack],
          ['acknowledgement to others, most, ms', figures.ackMostMs, 1_200 * slack],
        ],
      };
    },
  },
  {
    name: 'A6',
    about: 'topics, filters and wills of others; floods of retained messages',
    run: async (size) => {
      const figures = await abuseByForeignTopics({ rounds: size === 'full' ? 100 : 2 });
      return {
        figures,
        bars: [
          ['not refused', figures.attempts - figures.refused, 0],
          ['granted', figures.granted, 0],
          ['heard by others', figures.foreignHeard, 0],
          ['retained', figures.retained, figures.retainedMost],
        ],
      };
    },
  },
  {
    name: 'A11',
    about: 'a captured day, sent again',
    run: async (size) => {
      const figures = await abuseByReplay({ changes: size === 'full' ? 80_000 : 1_600 });
      return {
        figures,
        bars: [
          ['new rows', figures.newRows, 0],
          ['changed rows or stays', Number(!figures.isTheSame), 0],
          ['not known as duplicates', figures.changes - figures.duplicates, 0],
        ],
      };
    },
  },
  {
    name: 'A12',
    about: 'a gateway of which every bay changes each second',
    run: async (size, slack) => {
      const figures = await abuseBySpoofedBays({ seconds: size === 'full' ? 60 : 4 });
      return {
        figures,
        bars: [
          ['not believed after, ms', figures.quarantinedMs, 10_000 * slack],
          ['no number on the sign after, ms', figures.noNumberMs, 10_000 * slack],
          ['numbers shown after that', figures.numbersTold, 0],
          ['bays of others that became unknown', figures.otherUnknown, 0],
        ],
      };
    },
  },
];
