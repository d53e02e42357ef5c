import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { problemLines, readSite } from '#contract/site-check.ts';
import { aSiteFile, AT, place, point, problemsOf, setAt, spoilt } from './small-site-file.ts';

const bay = 'features[4] bay "nambu-1"';

describe('a good site file', () => {
  test('is read, by kind, and says that a line of it is simulated', () => {
    const read = readSite(aSiteFile());
    expect(read.ok && [read.site.lots.length, read.site.bays.length, read.site.simulated]).toEqual([
      2,
      3,
      true,
    ]);
  });

  test('is kept as it was read, not as a copy that takes twice the memory', () => {
    const file = aSiteFile();
    setAt(AT.bay1, { label: ' A-001 ' })(file);
    const read = readSite(file);
    const bays = read.ok ? read.site.bays : [];
    expect(bays[1]).toBe(file.features[AT.bay2]);
    // Only what the schema has changed is its own.
    expect(bays[0]?.properties.label).toBe('A-001');
    expect(bays[0]?.geometry).toBe(file.features[AT.bay1]?.geometry);
    expect(file.features[AT.bay1]?.properties['label']).toBe(' A-001 ');
  });

  test('may be anywhere on earth', () => expect(problemsOf(aSiteFile('european'))).toEqual([]));

  test('may have a polygon with a hole and no feature but its header', () => {
    const ring = (size: number) =>
      [
        [0, 0],
        [size, 0],
        [size, size],
        [0, size],
        [0, 0],
      ].map(([x = 0, y = 0]) => [127.14 + x, 35.81 + y]);
    const geometry = { type: 'Polygon', coordinates: [ring(0.002), ring(0.001)] };
    expect(problemsOf(spoilt(place(AT.lot, geometry)))).toEqual([]);
    expect(problemsOf({ ...aSiteFile(), features: [] })).toEqual([]);
  });
});

describe('a whole site file', () => {
  test('a European bay with latitude first is far from all else', () => {
    const problems = problemsOf(spoilt(place(AT.bay1, point(48.8566, 2.3522)), 'european'));
    expect(problems).toHaveLength(1);
    expect(problems[0]).toMatchObject({ feature: bay, field: 'geometry.coordinates' });
    expect(problems[0]?.expected).toContain('swapped?');
  });

  test('of two places far from each other one is named', () => {
    const file = aSiteFile('european');
    file.features = file.features.slice(0, 2);
    place(AT.lot, point(48.85, 2.35))(file);
    expect(problemsOf(file).map(({ field }) => field)).toContain('geometry.coordinates');
  });

  test.each([[null], [undefined], [[]], ['{}'], [7], [{}], [{ type: 'FeatureCollection' }]])(
    '%j is no collection',
    (json) => expect(problemsOf(json)).toMatchObject([{ feature: 'file', field: 'type' }]),
  );

  test.each([[null], [7], [[]], [{}], [{ properties: null }], [{ properties: [] }]])(
    '%j is no feature',
    (feature) => {
      const file = { ...aSiteFile(), features: [feature] };
      expect(problemsOf(file)).toMatchObject([
        { feature: 'features[0]', field: 'properties.kind' },
      ]);
    },
  );

  test('all problems are named at once, each on its line', () => {
    const file = aSiteFile();
    setAt(AT.bay1, { lot: 'nowhere' })(file);
    setAt(AT.bay2, { class: 'vip' })(file);
    setAt(AT.lot, { name: { en: 'Nambu' } })(file);
    place(AT.entrance, point(35.8, 127.1))(file);
    file.binjari['timeZone'] = 'Mars';
    const lines = problemLines(problemsOf(file)).join('\n');
    for (const part of ['nowhere', 'binjari.timeZone', 'entrance "gate"']) {
      expect(lines).toContain(part);
    }
    expect(lines).toContain('features[5] bay "nambu-2": properties.class');
    expect(problemsOf(file).length).toBeGreaterThanOrEqual(4);
  });
});

describe('whatever JSON is there', () => {
  test('garbage is refused and never throws', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (json) => {
        expect(readSite(json).ok).toBe(false);
      }),
    );
  });

  test('garbage in one place of a good file never throws, and a problem says where and what', () => {
    const steps = fc.array(fc.nat(8), { minLength: 1, maxLength: 9 });
    const garbage = fc.oneof(
      fc.jsonValue(),
      fc.constantFrom(undefined, Number.NaN, '', '__proto__', [], [[]], [[[]]], {}),
    );
    fc.assert(
      fc.property(steps, garbage, (path, value) => {
        const file = aSiteFile();
        let part: Record<string, unknown> = file as unknown as Record<string, unknown>;
        for (const [depth, step] of path.entries()) {
          const keys = Object.keys(part);
          const key = keys[step % Math.max(1, keys.length)] ?? 'more';
          const next = part[key];
          if (depth === path.length - 1 || typeof next !== 'object' || next === null) {
            part[key] = value;
            break;
          }
          part = next as Record<string, unknown>;
        }
        const problems = problemsOf(file);
        expect(problems.every((p) => p.feature !== '' && p.field !== '' && p.expected !== '')).toBe(
          true,
        );
      }),
      { numRuns: 500 },
    );
  });
});
