import type { Position } from '#contract/geo.ts';
import { pointFeature, ringFeature } from './feature.ts';
import type { FeatureJson } from './feature.ts';
import { drawLot } from './layout.ts';
import type { DrawnLot } from './layout.ts';
import { COUNTER_LOTS, LOT_PLANS } from './plan.ts';
import type { LotPlan } from './plan.ts';
import type { MunicipalLotRow, TraderLotRow } from './sources.ts';
import { chargedHoursOf, CITY_DATES, tariffOf } from './tariffs.ts';
import { TRADER_PLANS } from './trader-plan.ts';

/** A lot's features, and its plan where it has sensors. */
export interface LotDrawn {
  readonly feature: FeatureJson;
  readonly sensed: (DrawnLot & { readonly plan: LotPlan }) | undefined;
}

/** When the municipal list with its tariffs and bay numbers was taken. */
const MUNICIPAL_AS_OF = '2026-02-13';

/**
 * A point that several addresses share is the middle of a district, not the place of a lot: such
 * lots would be shown up to kilometres away from where they are, so they are left out.
 */
export function isPlaced(row: MunicipalLotRow, rows: readonly MunicipalLotRow[]): boolean {
  const [lng, lat] = row.position;
  if (!Number.isFinite(lng) || !Number.isFinite(lat)) return false;
  return rows.every(
    (other) => other === row || other.position[0] !== lng || other.position[1] !== lat,
  );
}

export function municipalLot(row: MunicipalLotRow): LotDrawn {
  const positionQuality = row.coordQuality.startsWith('official') ? 'official' : 'approximate';
  const plan = planOf(row.id);
  const source = [
    `City tariff list ${MUNICIPAL_AS_OF}`,
    ...(row.standardId === '' ? [] : [`national parking standard data ${row.standardId}`]),
    `position ${row.coordQuality}`,
  ];
  return placed(row.position, plan, {
    kind: 'lot',
    id: row.id,
    name: shownName(row),
    lotKind: row.nameKo.includes('노상') ? 'onStreet' : 'offStreet',
    positionQuality,
    capacity: row.bays,
    capacityAsOf: MUNICIPAL_AS_OF,
    instrumented: instrumentedAs(row.id, row.bays, plan),
    operator: row.free
      ? { ko: '전주시', en: 'City of Jeonju' }
      : { ko: '전주시시설관리공단', en: 'Jeonju Facilities Corporation' },
    address: local(row.address, row.addressEn),
    tariff: tariffOf(row),
    openHours: 'always',
    chargedHours: chargedHoursOf(row.hours),
    outsideHours: row.free && row.hours === '24시간' ? 'openFree' : 'unknown',
    ...(row.free ? {} : { dates: CITY_DATES }),
    source: source.join('; '),
  });
}

export function traderLot(row: TraderLotRow): LotDrawn {
  const trader = TRADER_PLANS.find(({ nameKo }) => nameKo === row.nameKo);
  if (trader === undefined) throw new Error(`trader-plan.ts: no lot "${row.nameKo}"`);
  const plan = planOf(trader.id);
  const { addressKo, paymentKo, paymentEn, noticeKo, noticeEn } = trader;
  return placed(trader.position, plan, {
    kind: 'lot',
    id: trader.id,
    name: { ko: trader.shownKo, en: trader.en },
    lotKind: 'offStreet',
    positionQuality: 'approximate',
    capacity: row.bays,
    ...(row.baysAsOf === '' ? {} : { capacityAsOf: row.baysAsOf }),
    instrumented: instrumentedAs(trader.id, row.bays, plan),
    operator: { ko: trader.operatorKo, en: trader.operatorEn },
    ...(addressKo === undefined ? {} : { address: local(addressKo, trader.addressEn ?? '') }),
    ...(paymentKo === undefined ? {} : { payment: local(paymentKo, paymentEn ?? '') }),
    tariff: trader.tariff,
    openHours: 'always',
    chargedHours: trader.chargedHours,
    outsideHours: 'unknown',
    ...(noticeKo === undefined ? {} : { notice: local(noticeKo, noticeEn ?? '') }),
    source: 'Local news; position set beside the market by hand',
  });
}

const planOf = (lot: string): LotPlan | undefined => LOT_PLANS.find((plan) => plan.lot === lot);

function placed(
  position: Position,
  plan: LotPlan | undefined,
  properties: FeatureJson['properties'],
): LotDrawn {
  if (plan === undefined) return { feature: pointFeature(position, properties), sensed: undefined };
  const drawn = drawLot(plan, position);
  return { feature: ringFeature(drawn.ring, properties), sensed: { ...drawn, plan } };
}

function instrumentedAs(id: string, capacity: number, plan: LotPlan | undefined): string {
  if (plan === undefined) return COUNTER_LOTS.includes(id) ? 'counter' : 'none';
  const sensed = plan.lines.reduce((sum, line) => sum + line.nodes, 0);
  return sensed === capacity ? 'full' : 'partial';
}

/** The list names a place ("오거리"); a driver is to read that it is a lot. */
function shownName({ nameKo, shownKo, nameEn }: MunicipalLotRow) {
  const isRelative = /\b(beside|behind|front|opposite|around)\b/i.test(nameEn);
  const withWord = (word: string) =>
    nameEn.includes('Parking') ? nameEn : `${nameEn}${isRelative ? ',' : ''} ${word}`;
  if (shownKo !== '') return local(shownKo, withWord('Public Parking'));
  if (nameKo.includes('주차장')) return local(nameKo, withWord('Parking'));
  if (nameKo.includes('노상')) return local(`${nameKo} 주차장`, withWord('Parking'));
  return local(`${nameKo} 공영주차장`, withWord('Public Parking'));
}

const local = (ko: string, en: string) => (en === '' ? { ko } : { ko, en });
