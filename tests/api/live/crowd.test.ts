import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { sized } from '../http/abuse-sizes.ts';
import { serveStreet } from '../http/served-street.ts';
import { aStreet, bayId } from '../http/street.ts';
import { until } from '../../support/until.ts';

const BAYS = 640;
const PROCESSES = 2;
const READERS = sized(200, 9_900);
const DEAF = sized(4, 100);
const SECONDS = sized(8, 360);
const MIB = 1024 ** 2;

interface Found {
  readonly heard: number;
  readonly closed: number;
  readonly p50: number;
  readonly p99: number;
}

function openCrowd(url: string) {
  const args = ['--import', 'tsx', join(import.meta.dirname, 'crowd.ts'), url];
  const counts = [READERS / PROCESSES, DEAF / PROCESSES].map(String);
  const child = spawn(process.execPath, [...args, ...counts], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  return {
    next: async () => String((await lines.next()).value),
    end: () => child.stdin.end(),
  };
}

test(
  `A7: of ${READERS + DEAF} viewers one in a hundred never reads, and nobody else notices`,
  async () => {
    await using street = await serveStreet({
      site: aStreet({ bays: BAYS }),
      config: { coalesceMs: 200, maxLiveClients: 20_000, crowdFrom: 20_000 },
    });
    const before = process.memoryUsage.rss();
    const crowds = Array.from({ length: PROCESSES }, () => openCrowd(street.url));
    for (const crowd of crowds) expect(await crowd.next()).toBe('ready');
    const { counts } = street.serving.hub;
    expect(counts.clients).toBe(READERS + DEAF);
    let [changes, most] = [0, 0];
    const end = performance.now() + SECONDS * 1_000;
    while (performance.now() < end || street.serving.hub.counts.cut < DEAF) {
      const state = (changes += 1) % 2 === 0 ? 'vacant' : 'occupied';
      const all = Array.from({ length: BAYS }, (_, bay) => [bayId(bay), state] as const);
      street.liveState.set(all, Date.now());
      most = Math.max(most, process.memoryUsage.rss());
      // A frame a second at the crowd; a short run hurries so that the deaf fill up in its time.
      await delay(sized(50, 1_000));
    }
    await until(() => street.serving.hub.counts.clients === READERS);
    const found: Found[] = [];
    for (const crowd of crowds) {
      crowd.end();
      found.push(JSON.parse(await crowd.next()) as Found);
    }
    const heard = found.reduce((sum, one) => sum + one.heard, 0);
    const p99 = Math.max(...found.map((one) => one.p99));
    process.stdout.write(
      `A7: ${READERS} readers heard of ${changes} changes ${heard} times, p50 ${Math.max(...found.map((one) => one.p50))} ms, p99 ${p99} ms; ${DEAF} deaf cut; the process grew by ${Math.round((most - before) / MIB)} MiB to ${Math.round(most / MIB)} MiB\n`,
    );
    expect(found.map(({ closed }) => closed)).toEqual([0, 0]);
    expect(heard).toBeGreaterThan(READERS * Math.min(changes, SECONDS) * 0.5);
    expect(p99).toBeLessThan(5_000);
    expect(most - before).toBeLessThan(400 * MIB);
  },
  sized(90_000, 900_000),
);
