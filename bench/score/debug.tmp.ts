import { occupiedOdds } from '#gateway/sense/hypotheses.ts';
import { lengthOf } from '#gateway/sense/vector.ts';
import { virtualPlaces, virtualStreet } from '#firmware-sim/virtual-street.ts';
import { Bank } from '#gateway/sense/bank.ts';
import { medianStepOf } from '#gateway/sense/magnetic-vote.ts';
import { quietOver } from '#gateway/sense/quiet.ts';
import { scenarioOf } from './classes.ts';
const [
  name = 'clear',
  from = '3',
  to = '4',
  mod = 'magnetic',
  hours = '15',
  seed = '1',
  only = '',
  period = '1000',
] = process.argv.slice(2);
const run = {
  scenario: scenarioOf(name as any),
  seed: +seed,
  bays: 20,
  durationMs: +hours * 3600e3,
  samplePeriodMs: +period,
};
const places = virtualPlaces(run);
const num = new Map(places.map((p, i) => [p.bay, i]));
const bank = new Bank(
  places.map((p) => ({
    parameters: { mountMm: p.mountMm, confirmMs: 3000, unknownMs: 10_000 },
    beside: p.neighbours.map((n) => num.get(n)!),
  })),
);
for (const e of virtualStreet(run)) {
  if (e.atMonoMs > +to * 3600e3) break;
  const b = num.get(e.bay)!;
  const show = e.atMonoMs >= +from * 3600e3 && (only === '' || only.split(',').includes('' + b));
  if (e.kind !== 'sample') {
    if (show)
      console.log(
        (e.atMonoMs / 1000).toFixed(1).padStart(9),
        'bay',
        b,
        '   TRUTH',
        e.kind,
        e.vehicle,
      );
    continue;
  }
  const [xUt, yUt, zUt] = e.fieldUt;
  const s: any = {
    receivedAtMono: e.atMonoMs,
    field: { xUt, yUt, zUt, quality: 'ok' },
    temperature: { value: e.temperatureC, unit: 'degC', quality: 'ok' },
  };
  if (mod === 'fused') s.distance = { value: e.distanceMm, unit: 'mm', quality: e.distanceQuality };
  const before = bank.detector(b).magnetic;
  const on0 = bank.detector(b).onset;
  const d = bank.hear(b, s, e.atMonoMs);
  const st = bank.detector(b);
  const m = st.magnetic;
  if (show && m.lastStep !== before.lastStep && m.lastStep)
    console.log(
      (e.atMonoMs / 1000).toFixed(1).padStart(9),
      'bay',
      b,
      'step',
      m.lastStep.size.toFixed(2),
      'r',
      (m.lastStep.size / medianStepOf(m)!).toFixed(3),
      'since',
      (m.lastStep.since / 1000).toFixed(1),
      'median',
      medianStepOf(m)!.toFixed(1),
      'own',
      m.sizes.own.length,
      'q',
      quietOver(m.field.quiet, 1000)!.toFixed(3),
      before.belief,
      '->',
      m.belief,
      'own',
      (globalThis as any).dbg
        ? (globalThis as any).dbg.ownOdds.toFixed(1) +
            '/' +
            (globalThis as any).dbg.support.toFixed(1)
        : '',
      'odds',
      occupiedOdds(m.hypotheses).toFixed(1),
      m.hypotheses
        .map((h) => (h.car === undefined ? 'V' : h.car === null ? '?' : lengthOf(h.car).toFixed(1)))
        .join(' '),
    );
  if (show && d)
    console.log(
      (e.atMonoMs / 1000).toFixed(1).padStart(9),
      'bay',
      b,
      '      SAID',
      d.state,
      (d.sensedAt / 1000).toFixed(1),
      st.by,
      on0 ? `onset ${JSON.stringify(on0)}` : '',
    );
}
