import { describe, expect, test } from 'vitest';
import { divisionOf, divisionProblems, ownGateways } from '#api/ingest/division.ts';
import { GatewayId, LotId } from '#contract/ids.ts';
import type { Site } from '#contract/site-check.ts';
import { readSiteFolder } from '#runtime/site-folder.ts';
import { writeSmallSite } from '../../support/small-site.ts';
import { openTempFolder } from '../../support/temp-folder.ts';

function siteOf(lots: number): Site {
  using folder = openTempFolder();
  writeSmallSite(folder.path, { lots, baysPerLot: 2 });
  return readSiteFolder(folder.path);
}

function read(text: string) {
  const division = divisionOf(text);
  if (!division) throw new Error(`"${text}" is no division`);
  return division;
}

const gateways = ['gw-1', 'gw-2', 'gw-3'].map((id) => GatewayId.parse(id));

describe('a division of lots', () => {
  test.each(['', 'api-2: lot-1', 'api-2:lot-1,lot-2 ; api-3 : lot-3', 'api-2: lot-1; api-3:'])(
    '"%s" gives each gateway exactly one api',
    (text) => {
      const division = read(text);
      const apis = ['api', ...division.keys()].map((api) =>
        ownGateways({ division, api }, [siteOf(3)]),
      );
      for (const gateway of gateways) {
        expect(apis.filter((isOwn) => isOwn(gateway))).toHaveLength(1);
      }
    },
  );

  test('leaves to the primary what it does not name', () => {
    const division = read('api-2: lot-2; api-3:');
    const of = (api: string) => gateways.filter(ownGateways({ division, api }, [siteOf(3)]));
    expect(of('api')).toEqual(['gw-1', 'gw-3']);
    expect(of('api-2')).toEqual(['gw-2']);
    expect(of('api-3')).toEqual([]);
  });

  test('leaves a gateway that the site has no more with its last owner', () => {
    const isOwn = ownGateways({ division: read('api-2: lot-3'), api: 'api-2' }, [
      siteOf(3),
      siteOf(2),
    ]);
    expect(gateways.filter(isOwn)).toEqual(['gw-3']);
  });

  test.each([
    'lot-1',
    'api-2 lot-1',
    'api-2: lot-1; api-2: lot-2',
    'api-2: lot-1; api-3: lot-1',
    'api-2: lot-1,,lot-2',
    'API: lot-1',
  ])('"%s" is none', (text) => expect(divisionOf(text)).toBeUndefined());

  test('is held against the site', () => {
    expect(divisionProblems(read('api-2: lot-2'), siteOf(2))).toEqual([]);
    expect(divisionProblems(read('api-2: lot-9'), siteOf(2))).toEqual([
      'division: the site has no lot "lot-9"',
    ]);
  });

  test('does not tear a gateway apart', () => {
    const site = siteOf(2);
    const bays = site.bays.map((bay, at) =>
      at === 1 ? { ...bay, properties: { ...bay.properties, lot: LotId.parse('lot-2') } } : bay,
    );
    expect(divisionProblems(read('api-2: lot-2'), { ...site, bays })).toEqual([
      'division: gateway "gw-1" has bays in lot-1, lot-2, which must go to one api',
    ]);
  });
});
