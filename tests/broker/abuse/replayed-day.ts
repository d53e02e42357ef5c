import { SiteRig } from '../../api/site/site-rig.ts';
import { POLITELY, until } from '../../support/until.ts';
import { askText, batchesOf, ingestCount, observedOf } from './told-gateway.ts';

const RECORDS = '/api/v1/operator/export/records';
const STAYS = '/api/v1/operator/export/stays';
const BAYS = Array.from({ length: 16 }, (_, at) => `lot-1-${at + 1}`);
const DAY_MS = 86_400_000;
const PATIENTLY = { ...POLITELY, withinMs: 300_000 };

/** A11: everything that a gateway sent within a day, sent again byte by byte. */
export async function abuseByReplay({ changes }: { readonly changes: number }) {
  await using rig = await SiteRig.open();
  const from = Date.now() - DAY_MS;
  const told = Array.from({ length: changes }, (_, at) => ({
    seq: at + 1,
    bay: BAYS[at % BAYS.length] ?? '',
    state: Math.floor(at / BAYS.length) % 2 === 0 ? ('occupied' as const) : ('vacant' as const),
    sensedAt: from + Math.floor((at * DAY_MS) / changes),
  }));
  const captured = [
    ...batchesOf(told).map((message) => ['events', message] as const),
    ['observed', observedOf(changes, BAYS)] as const,
  ];
  for (const [topic, message] of captured) await rig.tell('gw-1', topic, message);
  await until(async () => (await ingestCount(rig, 'accepted')) >= changes, PATIENTLY);
  const linesOf = async (path: string) => (await askText(rig, path)).split('\n').toSorted();
  const before = {
    records: await linesOf(RECORDS),
    stays: await until(async () => {
      const stays = await linesOf(STAYS);
      return stays.length >= Math.floor(changes / 2) && stays;
    }, PATIENTLY),
  };
  for (const [topic, message] of captured) await rig.tell('gw-1', topic, message);
  await until(async () => (await ingestCount(rig, 'duplicates')) >= changes, PATIENTLY);
  const after = { records: await linesOf(RECORDS), stays: await linesOf(STAYS) };
  return {
    changes,
    rows: before.records.filter((line) => line !== '').length,
    newRows: after.records.length - before.records.length,
    duplicates: await ingestCount(rig, 'duplicates'),
    isTheSame: JSON.stringify(after) === JSON.stringify(before),
  };
}
