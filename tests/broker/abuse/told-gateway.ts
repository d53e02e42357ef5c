import { readFileSync } from 'node:fs';
import { JOURNAL } from '../../api/site/site-rig.ts';
import type { SiteRig } from '../../api/site/site-rig.ts';

const BATCH = 100;

interface Change {
  readonly seq: number;
  readonly bay: string;
  readonly state: 'vacant' | 'occupied';
  readonly sensedAt: number;
}

/** Journal records in batches, as a gateway sends them. */
export function batchesOf(changes: readonly Change[]): object[] {
  return Array.from({ length: Math.ceil(changes.length / BATCH) }, (_, at) => ({
    journal: JOURNAL,
    held: [JOURNAL],
    firstHeld: 1,
    publishedAt: Date.now(),
    records: changes
      .slice(at * BATCH, (at + 1) * BATCH)
      .map((change) => ({ kind: 'bay', ...change, cause: 'sensor', confidence: 1 })),
  }));
}

export const observedOf = (seq: number, bays: readonly string[]): object => ({
  journal: JOURNAL,
  seq,
  publishedAt: Date.now(),
  ages: Object.fromEntries(bays.map((bay) => [bay, 0])),
});

/** An operator's question, its answer as text. */
export async function askText(rig: SiteRig, path: string): Promise<string> {
  const authorization = `Bearer ${readFileSync(rig.tokenFile, 'utf8').trim()}`;
  const answer = await fetch(`${rig.url}${path}`, { headers: { authorization } });
  if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
  return answer.text();
}

export async function ingestCount(rig: SiteRig, what: string): Promise<number> {
  const metrics = await askText(rig, '/metrics');
  const found = new RegExp(`^binjari_ingest_total\\{what="${what}"\\} (\\d+)$`, 'm').exec(metrics);
  return Number(found?.[1]);
}
