import type { BayId, GatewayId, LotId, SignId } from './ids.ts';
import { idKeyOf, nameOf } from './site-feature.ts';
import type { Placed, SiteProblem } from './site-feature.ts';
import { panelDigits } from './sign-panel.ts';
import { checkLines } from './line-check.ts';
import type { Bay, FeatureKind, LineProperties, Sign } from './site.ts';

/**
 * What one feature says of another must be there, and once. `unread` are the keys of features that
 * are there and wrong in themselves: nobody else is blamed for them.
 */
export function referenceProblems(
  placed: readonly Placed[],
  unread: ReadonlySet<string>,
): SiteProblem[] {
  const problems: SiteProblem[] = [];
  // By kind, then by id: hundreds of thousands of joined keys would take as long as all else here.
  const seen = new Map<FeatureKind, Map<string, Placed>>();
  for (const entry of placed) {
    const { properties } = entry.feature;
    if (!('id' in properties)) continue;
    const { kind, id } = properties;
    const ofKind = seen.get(kind) ?? new Map<string, Placed>();
    seen.set(kind, ofKind);
    const first = ofKind.get(id);
    if (first) {
      const expected = `an id used once; "${id}" is also ${nameOf(first)}`;
      problems.push({ feature: nameOf(entry), field: 'properties.id', expected });
    } else ofKind.set(id, entry);
  }
  const featureOf = (kind: FeatureKind, id: string) => seen.get(kind)?.get(id)?.feature;
  const isUnread = (kind: FeatureKind, id: string) =>
    unread.size > 0 && unread.has(idKeyOf({ kind, id }));
  const has = (kind: FeatureKind, id: string) =>
    featureOf(kind, id) !== undefined || isUnread(kind, id);
  const sensedBays = new Map<BayId, string>();
  const baysOfLot = new Map<LotId, number>();
  const sensedOfLot = new Map<LotId, number>();
  const writers = new Map<SignId, GatewayId>();

  for (const entry of placed) {
    const { properties } = entry.feature;
    const miss = (field: string, expected: string) =>
      problems.push({ feature: nameOf(entry), field: `properties.${field}`, expected });
    switch (properties.kind) {
      case 'bay':
      case 'entrance':
        if (!has('lot', properties.lot))
          miss('lot', `a lot of this site; "${properties.lot}" is none`);
        if (properties.kind === 'bay') {
          baysOfLot.set(properties.lot, (baysOfLot.get(properties.lot) ?? 0) + 1);
        }
        break;
      case 'lot':
        for (const [at, walk] of (properties.walks ?? []).entries()) {
          if (!has('market', walk.market)) {
            miss(`walks.${at}.market`, `a market of this site; "${walk.market}" is none`);
          }
        }
        break;
      case 'sign':
        for (const [at, row] of properties.rows.entries()) {
          if (!has('lot', row.lot)) {
            miss(`rows.${at}.lot`, `a lot of this site; "${row.lot}" is none`);
          }
          for (const [other, { lot }] of (row.whenFull ?? []).entries()) {
            const field = `rows.${at}.whenFull.${other}.lot`;
            if (!has('lot', lot)) miss(field, `a lot of this site; "${lot}" is none`);
            if (lot === row.lot) miss(field, `another lot than "${lot}", which is full then`);
          }
        }
        if (properties.panel) {
          const { heightMm, neededMm } = panelDigits(properties.panel, properties.rows.length);
          if (heightMm < neededMm) {
            const rows = properties.rows.length;
            miss(
              'panel',
              `digits of ${neededMm} mm to be read at ${properties.panel.readAtM} m; ${rows} rows on this panel have ${heightMm} mm`,
            );
          }
        }
        break;
      case 'gateway':
        checkSignsOf(properties.lines, miss, (id) => {
          if (isUnread('sign', id)) return undefined;
          const other = writers.get(id);
          writers.set(id, properties.id);
          if (other !== undefined) return `a sign with one gateway; "${other}" writes to it, too`;
          const sign = featureOf('sign', id) as Sign | undefined;
          return sign ? sign.properties.rows.length : `a sign of this site; "${id}" is none`;
        });
        checkLines(properties.id, properties.lines, miss, (bay, where) => {
          if (isUnread('bay', bay)) return undefined;
          const sensed = featureOf('bay', bay) as Bay | undefined;
          if (!sensed) return `a bay of this site; "${bay}" is none`;
          const other = sensedBays.get(bay);
          sensedBays.set(bay, where);
          const { lot } = sensed.properties;
          sensedOfLot.set(lot, (sensedOfLot.get(lot) ?? 0) + 1);
          return other === undefined ? undefined : `a bay with one sensor; ${other} has it too`;
        });
        break;
      case 'market':
      case 'backdrop':
        break;
    }
  }
  problems.push(...clientProblems(placed));
  // How many bays have sensors is known when every feature is.
  if (unread.size === 0) problems.push(...sensingProblems(placed, baysOfLot, sensedOfLot));
  return problems;
}

/** Gateways and signs are known to the broker by their ids, beside the api: one name, one client. */
function clientProblems(placed: readonly Placed[]): SiteProblem[] {
  const first = new Map<string, Placed>();
  return placed.flatMap((entry) => {
    const { properties } = entry.feature;
    if (properties.kind !== 'gateway' && properties.kind !== 'sign') return [];
    const { id } = properties;
    const problem = (expected: string) => [
      { feature: nameOf(entry), field: 'properties.id', expected },
    ];
    if (id.length < 3) return problem('an id of at least 3 characters: it is a broker client');
    if (/^api(-|$)/.test(id)) return problem('an id that is not "api": the api goes by it');
    const other = first.get(id);
    first.set(id, entry);
    return other === undefined || other.feature.properties.kind === properties.kind
      ? []
      : problem(`an id of its own; ${nameOf(other)} has it too`);
  });
}

/** `rowsOf`: how many rows a sign has, or what is wrong with writing to it. */
function checkSignsOf(
  lines: readonly LineProperties[],
  miss: (field: string, expected: string) => void,
  rowsOf: (sign: SignId) => number | string | undefined,
): void {
  for (const [l, { signs = [] }] of lines.entries()) {
    for (const [s, { sign, rows }] of signs.entries()) {
      const field = `lines.${l}.signs.${s}`;
      const known = rowsOf(sign);
      if (typeof known === 'string') miss(`${field}.sign`, known);
      else if (known !== undefined && rows.length !== known) {
        miss(`${field}.rows`, `registers of the sign's ${known} rows; got ${rows.length}`);
      }
    }
  }
}

/** `instrumented` says what is true: full has a sensor in every bay, none and counter have none. */
function sensingProblems(
  placed: readonly Placed[],
  bays: ReadonlyMap<LotId, number>,
  sensed: ReadonlyMap<LotId, number>,
): SiteProblem[] {
  return placed.flatMap((entry) => {
    if (entry.feature.properties.kind !== 'lot') return [];
    const { id, instrumented, capacity } = entry.feature.properties;
    const bayCount = bays.get(id) ?? 0;
    const sensedCount = sensed.get(id) ?? 0;
    const problem = (field: string, expected: string) => [
      { feature: nameOf(entry), field: `properties.${field}`, expected },
    ];
    if (bayCount > capacity) {
      return problem('capacity', `at least its ${bayCount} bays; got ${capacity}`);
    }
    switch (instrumented) {
      case 'none':
      case 'counter':
        return sensedCount === 0
          ? []
          : problem('instrumented', `"partial" or "full": ${sensedCount} of its bays have sensors`);
      case 'full':
        return sensedCount === capacity
          ? []
          : problem('instrumented', `"partial": ${sensedCount} of ${capacity} bays have sensors`);
      case 'partial':
        return sensedCount > 0 && sensedCount < capacity
          ? []
          : problem(
              'instrumented',
              `"none" or "full": ${sensedCount} of ${capacity} bays have sensors`,
            );
    }
  });
}
