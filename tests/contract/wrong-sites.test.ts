import { describe, expect, test } from 'vitest';
import {
  AT,
  partOf,
  place,
  point,
  problemsOf,
  properties,
  setAt,
  spoilt,
} from './small-site-file.ts';
import type { SiteFileJson, Spoil } from './small-site-file.ts';

const sensor = (file: SiteFileJson, line: number, at: number) =>
  partOf(properties(file, AT.gateway), 'lines', line, 'sensors', at);

describe('a wrong site file is refused with its feature and its field', () => {
  const lot = 'features[1] lot "nambu"';
  const bay = 'features[4] bay "nambu-1"';
  const gateway = 'features[7] gateway "gw-1"';
  const open = [
    [127.1, 35.8],
    [127.2, 35.8],
    [127.2, 35.9],
    [127.1, 35.9],
  ];

  test.each<[string, Spoil, string, string | RegExp]>([
    ['a bay of an unknown lot', setAt(AT.bay1, { lot: 'nowhere' }), bay, 'properties.lot'],
    [
      'a bay that is there twice',
      setAt(AT.bay2, { id: 'nambu-1' }),
      'features[5] bay "nambu-1"',
      'properties.id',
    ],
    [
      'an entrance of an unknown lot',
      setAt(AT.entrance, { lot: 'x' }),
      'features[3] entrance "gate"',
      'properties.lot',
    ],
    [
      'a sign for an unknown lot',
      setAt(AT.sign, { rows: [{ lot: 'x', arrow: 'left' }] }),
      'features[8] sign "sign-1"',
      'properties.rows.0.lot',
    ],
    [
      'a walk to an unknown market',
      setAt(AT.lot, { walks: [{ market: 'x', walkMinutes: 3 }] }),
      lot,
      'properties.walks.0.market',
    ],
    [
      'a Korean bay with latitude first',
      place(AT.bay1, point(35.8, 127.1)),
      bay,
      /^geometry\.coordinates/,
    ],
    ['no coordinates', place(AT.bay1, { type: 'Point' }), bay, /^geometry\.coordinates/],
    ['empty coordinates', place(AT.bay1, point()), bay, /^geometry\.coordinates/],
    [
      'an empty polygon',
      place(AT.lot, { type: 'Polygon', coordinates: [] }),
      lot,
      /^geometry\.coordinates/,
    ],
    [
      'an empty ring',
      place(AT.lot, { type: 'Polygon', coordinates: [[]] }),
      lot,
      /^geometry\.coordinates/,
    ],
    [
      'an open ring',
      place(AT.lot, { type: 'Polygon', coordinates: [open] }),
      lot,
      /^geometry\.coordinates/,
    ],
    ['not a number', place(AT.bay1, point(Number.NaN, 35.8)), bay, /^geometry\.coordinates/],
    ['numbers in quotes', place(AT.bay1, point('127.1', '35.8')), bay, /^geometry\.coordinates/],
    ['a null coordinate', place(AT.bay1, point(null, null)), bay, /^geometry\.coordinates/],
    ['no geometry', place(AT.bay1, null), bay, 'geometry'],
    [
      'a line for a bay',
      place(AT.bay1, {
        type: 'LineString',
        coordinates: [
          [127, 35],
          [127, 36],
        ],
      }),
      bay,
      /^geometry/,
    ],
    [
      'two sensors on one bay',
      (file) => void (sensor(file, 0, 1)['bay'] = 'nambu-1'),
      gateway,
      'properties.lines.0.sensors.1.bay',
    ],
    [
      'a sensor on no bay',
      (file) => void (sensor(file, 0, 1)['bay'] = 'x'),
      gateway,
      'properties.lines.0.sensors.1.bay',
    ],
    [
      'one address twice on a line',
      (file) => void (sensor(file, 0, 1)['address'] = 1),
      gateway,
      'properties.lines.0.sensors.1.address',
    ],
    [
      'no address on a bus',
      (file) => void delete sensor(file, 0, 1)['address'],
      gateway,
      'properties.lines.0.sensors.1.address',
    ],
    [
      'a free-running sensor beside another',
      (file) => void (sensor(file, 0, 1)['kind'] = 'maxbotix'),
      gateway,
      'properties.lines.0.sensors.1.address',
    ],
    [
      'an address of a free-running sensor',
      (file) => void (sensor(file, 1, 0)['address'] = 1),
      gateway,
      'properties.lines.1.sensors.0.address',
    ],
    [
      'a bought sensor at a bay node’s address',
      (file) => void Object.assign(sensor(file, 0, 1), { kind: 'urm14', address: 1 }),
      gateway,
      'properties.lines.0.sensors.1.address',
    ],
    [
      'a bought sensor without an address',
      (file) => {
        sensor(file, 0, 1)['kind'] = 'dyp-a2x';
        delete sensor(file, 0, 1)['address'];
      },
      gateway,
      'properties.lines.0.sensors.1.address',
    ],
    [
      'one serial server port twice',
      (file) => {
        const port = (host: string) => ({ kind: 'tcp', host, port: 4_001 });
        Object.assign(partOf(properties(file, AT.gateway), 'lines', 0), { port: port('Moxa-1') });
        Object.assign(partOf(properties(file, AT.gateway), 'lines', 1), { port: port('moxa-1') });
      },
      gateway,
      'properties.lines.1.port',
    ],
    [
      'a serial server by its address in the web',
      (file) => {
        const port = { kind: 'tcp', host: 'http://moxa-1/', port: 4_001 };
        Object.assign(partOf(properties(file, AT.gateway), 'lines', 0), { port });
      },
      gateway,
      /^properties\.lines\.0\.port/,
    ],
    [
      'one sensor id twice',
      (file) => void (sensor(file, 0, 1)['id'] = 's-1'),
      gateway,
      'properties.lines.0.sensors.1.id',
    ],
    [
      'one line id twice',
      (file) => void (partOf(properties(file, AT.gateway), 'lines', 1)['id'] = 'line-1'),
      gateway,
      'properties.lines.1.id',
    ],
    [
      'a lot called uninstrumented with sensors in it',
      setAt(AT.lot, { instrumented: 'none' }),
      lot,
      'properties.instrumented',
    ],
    [
      'a lot called a counter’s with sensors in it',
      setAt(AT.lot, { instrumented: 'counter' }),
      lot,
      'properties.instrumented',
    ],
    [
      'a lot called partial with a sensor in every bay',
      setAt(AT.lot, { instrumented: 'partial' }),
      lot,
      'properties.instrumented',
    ],
    [
      'a lot called full with bays without sensors',
      setAt(AT.lot, { capacity: 4 }),
      lot,
      'properties.instrumented',
    ],
    [
      'a lot called full without any',
      setAt(AT.plainLot, { instrumented: 'full' }),
      'features[2] lot "plain"',
      'properties.instrumented',
    ],
    ['more bays than the capacity', setAt(AT.lot, { capacity: 2 }), lot, 'properties.capacity'],
    ['an unknown kind', setAt(AT.bay1, { kind: 'spot' }), 'features[4]', 'properties.kind'],
    [
      'a kind by the name of an inherited property',
      setAt(AT.bay1, { kind: 'constructor' }),
      'features[4]',
      'properties.kind',
    ],
    ['an unknown property', setAt(AT.bay1, { colour: 'blue' }), bay, 'properties'],
    ['an unknown class', setAt(AT.bay1, { class: 'vip' }), bay, 'properties.class'],
    [
      'a name without the first language',
      setAt(AT.lot, { name: { en: 'Nambu' } }),
      lot,
      'properties.name',
    ],
    [
      'a notice without the first language',
      setAt(AT.lot, { notice: { en: 'Closed' } }),
      lot,
      'properties.notice',
    ],
    [
      'a site name without the first language',
      (file) => void (file.binjari['name'] = { en: 'Jeonju' }),
      'file',
      'binjari.name',
    ],
    [
      'a bad time zone',
      (file) => void (file.binjari['timeZone'] = 'Asia/Jeonju'),
      'file',
      'binjari.timeZone',
    ],
    ['another format', (file) => void (file.binjari['format'] = 2), 'file', 'binjari.format'],
    ['no collection', (file) => void (file.type = 'Feature'), 'file', 'type'],
    [
      'a control character in a name',
      setAt(AT.lot, { name: { ko: 'a\u0007b' } }),
      lot,
      'properties.name.ko',
    ],
    [
      'a right-to-left override in a label',
      setAt(AT.bay1, { label: 'A\u202e1' }),
      bay,
      'properties.label',
    ],
    ['a name of nothing', setAt(AT.lot, { name: { ko: '  ' } }), lot, 'properties.name.ko'],
    [
      'an hour of 25',
      setAt(AT.lot, {
        openHours: {
          weekday: [{ from: '09:00', to: '25:00' }],
          saturday: [],
          sunday: [],
          holiday: [],
        },
      }),
      lot,
      /^properties\.openHours/,
    ],
    [
      'a price of half a won',
      setAt(AT.lot, {
        tariff: { kind: 'charged', baseMinutes: 30, baseMinor: 0.5, addMinutes: 15, addMinor: 1 },
      }),
      lot,
      'properties.tariff.baseMinor',
    ],
    [
      'a gateway by the name of the api',
      setAt(AT.gateway, { id: 'api' }),
      'features[7] gateway "api"',
      'properties.id',
    ],
    [
      'a sign by the name of a gateway',
      setAt(AT.sign, { id: 'gw-1' }),
      'features[8] sign "gw-1"',
      'properties.id',
    ],
  ])('%s', (_, spoil, feature, field) => {
    const found = problemsOf(spoilt(spoil)).filter((problem) => problem.feature === feature);
    expect(found.map((problem) => problem.field).join('\n')).toMatch(
      field instanceof RegExp
        ? new RegExp(field.source, 'm')
        : new RegExp(`^${field.replaceAll('.', '\\.')}$`, 'm'),
    );
    expect(found.every(({ expected }) => expected.length > 3)).toBe(true);
  });
});
