import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { BayState } from '#contract/bay.ts';
import { readSite } from '#contract/site-check.ts';
import type { Site } from '#contract/site-check.ts';
import { serveStreet } from '../api/http/served-street.ts';
import type { ServedStreet, StreetOptions } from '../api/http/served-street.ts';
import { openLine } from '../support/line.ts';

const WEB = fileURLToPath(new URL('../../web/dist', import.meta.url));
const SEED = new URL('../../seeds/jeonju/site.geojson', import.meta.url);

export function readSeed(): Site {
  const read = readSite(JSON.parse(readFileSync(SEED, 'utf8')));
  if (!read.ok) throw new Error('the seed is no site');
  return read.site;
}

/** The built page from the real server, behind a line that a test can freeze. */
export interface ServedPage extends AsyncDisposable {
  readonly url: string;
  readonly street: ServedStreet;
  readonly site: Site;
  /** Sets a lot's sensed bays: the first `occupied`, then `unknown`, the rest vacant. */
  fill(lot: string, occupied: number, unknown?: number): void;
  /** Until what it gives is disposed of no byte passes, and nobody is told. */
  freeze(): Disposable;
}

export async function servePage(
  site: Site = readSeed(),
  options: StreetOptions = {},
): Promise<ServedPage> {
  if (!existsSync(`${WEB}/server/render.js`)) {
    throw new Error('The page is not built: run "npm run build" first.');
  }
  const street = await serveStreet({ ...options, site, webFolder: () => WEB });
  const line = await openLine(Number(new URL(street.url).port));
  return {
    url: line.url,
    street,
    site,
    fill: (lot, occupied, unknown = 0) => {
      const bays = street.liveState.baysOf(lot as never);
      const stateOf = (at: number): BayState =>
        at < occupied ? 'occupied' : at < occupied + unknown ? 'unknown' : 'vacant';
      const changes = bays.map(({ bay }, at) => [bay, stateOf(at)] as const);
      street.liveState.set(changes, Date.now());
    },
    freeze: () => {
      line.freeze();
      return { [Symbol.dispose]: line.thaw };
    },
    [Symbol.asyncDispose]: async () => {
      await line.close();
      await street[Symbol.asyncDispose]();
    },
  };
}
