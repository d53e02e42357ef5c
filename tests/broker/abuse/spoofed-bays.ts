import { SignMessage } from '#contract/sign-message.ts';
import { SiteRig } from '../../api/site/site-rig.ts';
import { POLITELY, until } from '../../support/until.ts';
import { askText, batchesOf, observedOf } from './told-gateway.ts';

const BAYS = Array.from({ length: 16 }, (_, at) => `lot-1-${at + 1}`);
const HONEST_BAYS = Array.from({ length: 16 }, (_, at) => `lot-2-${at + 1}`);
const HONEST_JOURNAL = 'b'.repeat(32);
const FLIP_EVERY_MS = 1_000;

const kindShown = (kept: string | undefined): string | undefined =>
  SignMessage.parse(JSON.parse(kept ?? '{}')).rows[0]?.show.kind;

const honestSnapshot = (): object => ({
  journal: HONEST_JOURNAL,
  held: [HONEST_JOURNAL],
  seq: 0,
  line: 'line-1',
  publishedAt: Date.now(),
  simulated: true,
  bays: HONEST_BAYS.map((bay) => ({
    bay,
    state: 'vacant',
    sensedAt: Date.now(),
    ageMs: 0,
    confidence: 1,
  })),
});

/** A12: a gateway of which every bay changes each second, for `seconds` after it is found out. */
export async function abuseBySpoofedBays({ seconds }: { readonly seconds: number }) {
  await using rig = await SiteRig.open();
  let seq = 0;
  const flip = async () => {
    const state = Math.floor(seq / BAYS.length) % 2 === 0 ? 'vacant' : 'occupied';
    const changes = BAYS.map((bay) => ({ seq: ++seq, bay, state, sensedAt: Date.now() }) as const);
    for (const batch of batchesOf(changes)) await rig.tell('gw-1', 'events', batch);
    await rig.tell('gw-1', 'observed', observedOf(seq, BAYS));
    await rig.tell('gw-2', 'snapshot/line-1', honestSnapshot());
  };
  await flip();
  await until(() => kindShown(rig.kept.get('sign/sign-1')) === 'number', POLITELY);
  const since = performance.now();
  const timer = setInterval(() => void flip(), FLIP_EVERY_MS);
  await until(
    async () => (await askText(rig, '/api/v1/operator/alarms')).includes('gateway_quarantined'),
    { ...POLITELY, withinMs: 30_000 },
  );
  const quarantinedMs = performance.now() - since;
  await until(() => kindShown(rig.kept.get('sign/sign-1')) === 'parking', POLITELY);
  const noNumberMs = performance.now() - since;
  const told = new Set<string | undefined>();
  const vacant = new Set<number | null>();
  const until_ = performance.now() + 1_000 * seconds;
  await until(
    () => {
      told.add(kindShown(rig.kept.get('sign/sign-1')));
      vacant.add(rig.vacantTold('lot-1'));
      return performance.now() > until_;
    },
    { ...POLITELY, withinMs: 2_000 * seconds },
  );
  clearInterval(timer);
  const other = await rig.lotOf('lot-2');
  return {
    quarantinedMs,
    noNumberMs,
    numbersTold:
      [...told].filter((kind) => kind !== 'parking').length +
      [...vacant].filter((count) => count !== null).length,
    otherUnknown: (other?.counts ?? []).reduce((sum, { unknown }) => sum + unknown, 0),
  };
}
