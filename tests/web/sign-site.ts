import type { Site } from '#contract/site-check.ts';
import { featureSchemas } from '#contract/site.ts';
import type { Sign } from '#contract/site.ts';
import { readSeed } from './served-page.ts';

const LOTS = ['nambu-riverside', 'jeonjucheon-street', 'seohak-art-village'] as const;
const ARROWS = ['left', 'right', 'ahead'] as const;

/** A sign for the first lots of the seed that have sensors. */
export function aSign(id: string, rows: number, more: object = {}): Sign {
  return featureSchemas.sign.parse({
    type: 'Feature',
    geometry: { type: 'Point', coordinates: [127.1478, 35.8121] },
    properties: {
      kind: 'sign',
      id,
      name: { ko: '전주남부시장', en: 'Nambu Market' },
      rows: LOTS.slice(0, rows).map((lot, at) => ({
        lot,
        arrow: ARROWS[at],
        label: [
          { ko: '남부시장 천변', en: 'Nambu Riverside' },
          { ko: '전주천 노상', en: 'Jeonjucheon St' },
          { ko: '서학예술마을', en: 'Seohak Village' },
        ][at],
        ...(at === 0 && { whenFull: [{ lot: LOTS[1], arrow: 'right' }] }),
      })),
      positionQuality: 'surveyed',
      ...more,
    },
  });
}

/** Around the clock one brightness, so that no test depends on the hour. */
export const DAY = { night: { from: '00:00', to: '00:00' } } as const;
export const NIGHT = { night: { from: '00:00', to: '24:00' } } as const;

/** The seed's site with signs of every make. */
export function signSite(): Site {
  const { lots, ...seed } = readSeed();
  return {
    ...seed,
    lots: lots.map((lot) => ({
      ...lot,
      properties: { ...lot.properties, openHours: 'always' as const },
    })),
    signs: [
      aSign('three', 3, DAY),
      aSign('three-night', 3, NIGHT),
      aSign('english', 3, { ...DAY, languages: ['en'] }),
      aSign('both', 3, { ...DAY, languages: ['ko', 'en'] }),
      aSign('symbols', 3, { ...DAY, form: 'symbol', languages: ['ko', 'en'] }),
      aSign('one', 1, DAY),
      aSign('one-night', 1, NIGHT),
      aSign('parked', 1, { ...DAY, lastly: 'parking' }),
    ],
  };
}

export const SIZES = {
  landscape: { width: 1920, height: 1080 },
  portrait: { width: 1080, height: 1920 },
  banner: { width: 1280, height: 320 },
  lights: { width: 64, height: 32 },
} as const;
