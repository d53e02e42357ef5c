import { readSite, problemLines } from '#contract/site-check.ts';
import { backdropFeatures } from './backdrop.ts';
import { pointFeature, ringFeature } from './feature.ts';
import type { FeatureJson } from './feature.ts';
import { isPlaced, municipalLot, traderLot } from './lots.ts';
import { LOT_PLANS, MARKET_PLANS, SIGN_PLANS } from './plan.ts';
import { gatewayFeatures } from './sensing.ts';
import type { MarketRow, Sources } from './sources.ts';

/** Tariffs hold since the city's reform of July 2024. */
const HEADER = {
  format: 1,
  site: 'jeonju',
  name: { ko: '전주 전통시장·상점가', en: 'Jeonju markets and shopping streets' },
  validFrom: '2024-07-01T00:00:00+09:00',
  languages: ['ko', 'en'],
  currency: 'KRW',
  timeZone: 'Asia/Seoul',
  country: 'KR',
  holidayRegion: 'KR-45',
  handOff: ['kakao', 'naver', 'tmap', 'google'],
  attribution: {
    ko: '전통시장·주차장 표준데이터, 전주시 공영주차장 요금표. 배경지도는 약도입니다.',
    en: 'Market and parking standard data, city tariff list. The background map is a sketch.',
  },
} as const;

/** The site file's text: one feature a line, the same bytes from the same sources. */
export function jeonjuSiteText(sources: Sources): string {
  const { municipalLots, traderLots } = sources;
  const lots = [
    ...traderLots.map(traderLot),
    ...municipalLots.filter((row) => isPlaced(row, municipalLots)).map(municipalLot),
  ];
  // The plan's order, so that a lot's lines keep their numbers when the source is sorted anew.
  const sensed = LOT_PLANS.map((plan) => {
    const lot = lots.find((drawn) => drawn.sensed?.plan === plan)?.sensed;
    if (lot === undefined) throw new Error(`plan.ts: no placed lot "${plan.lot}"`);
    return lot;
  });
  const qualityOf = new Map(
    lots.map(({ feature: { properties } }) => [properties['id'], properties['positionQuality']]),
  );
  const features: FeatureJson[] = [
    ...sources.markets.map(marketFeature),
    ...lots.map(({ feature }) => feature),
    ...sensed.map(({ plan, entrance }) =>
      pointFeature(entrance, {
        kind: 'entrance',
        id: `${plan.lot}-entrance`,
        lot: plan.lot,
        positionQuality: qualityOf.get(plan.lot),
      }),
    ),
    ...sensed.flatMap(({ plan, bays }) =>
      bays.map(({ ring, id, label, class: bayClass, zone }) =>
        ringFeature(ring, {
          kind: 'bay',
          id,
          lot: plan.lot,
          label,
          class: bayClass,
          zone,
          positionQuality: 'approximate',
        }),
      ),
    ),
    ...SIGN_PLANS.map(({ id, ko, en, position, rows }) =>
      pointFeature(position, {
        kind: 'sign',
        id,
        name: { ko, en },
        rows: rows.map(([lot, arrow]) => ({ lot, arrow })),
        positionQuality: 'approximate',
      }),
    ),
    ...gatewayFeatures(sensed),
    ...backdropFeatures(sensed.map(({ ring }) => ring)),
  ];
  return checkedText(features);
}

function marketFeature(row: MarketRow): FeatureJson {
  const plan = MARKET_PLANS.find(({ nameKo }) => nameKo === row.nameKo);
  if (plan === undefined) throw new Error(`plan.ts: no market "${row.nameKo}"`);
  return pointFeature(row.position, {
    kind: 'market',
    id: plan.id,
    name: { ko: plan.shownKo, en: row.nameEn },
    positionQuality: 'official',
    address: { ko: row.address, en: plan.addressEn },
    phone: row.phone,
    source: `National traditional-market standard data, ${row.asOf}`,
  });
}

function checkedText(features: readonly FeatureJson[]): string {
  const head = JSON.stringify({ type: 'FeatureCollection', binjari: HEADER });
  const lines = features.map((feature) => JSON.stringify(feature));
  const text = `${head.slice(0, -1)},"features":[\n${lines.join(',\n')}\n]}\n`;
  const read = readSite(JSON.parse(text));
  if (!read.ok) throw new Error(problemLines(read.problems).join('\n'));
  return text;
}

/** The simulator's file: its seed, and how busy each lot with sensors gets. */
export function jeonjuSimulationText(): string {
  const demand = Object.fromEntries(LOT_PLANS.map((plan) => [plan.lot, plan.demand]));
  return `${JSON.stringify({ seed: 20_241_104, demand }, undefined, 2)}\n`;
}
