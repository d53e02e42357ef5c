import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { problemLines, readSite } from '#contract/site-check.ts';
import { FREE_RUNNING_KINDS, MODBUS_KINDS } from '#contract/sensor-kind.ts';
import { featureSchemas, LineProperties, SensorProperties, SiteHeader } from '#contract/site.ts';
import { TariffSchema } from '#contract/site-plan.ts';

const page = readFileSync(join(import.meta.dirname, '../docs/site-file.md'), 'utf8');
const examples = [...page.matchAll(/^```json\n(.*?)^```/gms)].map(
  ([, json]) => JSON.parse(json ?? '') as { readonly type?: string },
);

test('the examples of the site file’s page make one valid site', () => {
  const header = examples.find((example) => !('type' in example));
  const features = examples.filter((example) => example.type === 'Feature');
  const read = readSite({ type: 'FeatureCollection', binjari: header, features });
  expect(read.ok ? [] : problemLines(read.problems)).toEqual([]);
  const kinds = features.map(
    (feature) => (feature as { properties: { kind: string } }).properties.kind,
  );
  expect([...new Set(kinds)].toSorted()).toEqual(Object.keys(featureSchemas).toSorted());
});

test('the site file’s page names every field, and says which must be there', () => {
  const shapes = [
    SiteHeader,
    ...Object.values(featureSchemas).map((schema) => schema.shape.properties),
    LineProperties,
    SensorProperties,
  ];
  const missing = shapes.flatMap(({ shape }) =>
    Object.entries(shape)
      .filter(([field]) => field !== 'kind')
      .map(([field, schema]) => ({ field, mark: schema.safeParse(undefined).success ? ' ' : '✓' }))
      .filter(({ field, mark }) => !new RegExp(`^\\| \`${field}\` *\\| +${mark}`, 'm').test(page)),
  );
  expect(missing).toEqual([]);
  const tariffFields = TariffSchema.options.flatMap((option) => Object.keys(option.shape));
  expect(tariffFields.filter((field) => !page.includes(`\`${field}\``))).toEqual([]);
});

test('the site file’s page says what every kind of sensor and of port is', () => {
  const kinds = page.slice(page.indexOf('The kinds:'), page.indexOf('Modbus kinds may share'));
  const rows = (listed: readonly string[], speech: RegExp) =>
    listed.filter(
      (kind) => !kinds.split('\n').some((row) => row.includes(`\`${kind}\``) && speech.test(row)),
    );
  expect(rows(MODBUS_KINDS, /Modbus/)).toEqual([]);
  expect(rows(FREE_RUNNING_KINDS, /free-running/)).toEqual([]);
  const ports = LineProperties.shape.port.options.map(({ shape }) => shape.kind.value);
  expect(ports.filter((kind) => !page.includes(`{"kind": "${kind}"`))).toEqual([]);
});
