import type { BayClass } from '#contract/bay-class.ts';
import type { Position } from '#contract/geo.ts';

/** Bays side by side under one zone's name; the two rows of a section share an aisle. */
export interface Section {
  readonly zone: string;
  /** Bays in each row. */
  readonly rows: readonly [number] | readonly [number, number];
}

/** Nodes on one line of the lot's gateway; free-running sensors have a line each. */
export interface LinePlan {
  readonly kind: 'pbn1' | 'distance-frame' | 'maxbotix';
  readonly nodes: number;
  readonly baud?: number;
}

/** What was decided by hand for a lot with sensors: nothing here is a published fact. */
export interface LotPlan {
  readonly lot: string;
  readonly gateway: string;
  /** Row axis, degrees counter-clockwise from east. */
  readonly turnDeg: number;
  readonly shape: 'lot' | 'street';
  readonly sections: readonly Section[];
  /** Between sections, in metres: storeys stand apart, rows of one level back to back. */
  readonly sectionGapM: number;
  /** Counts; the rest is general. */
  readonly classes: Partial<Record<Exclude<BayClass, 'general'>, number>>;
  readonly lines: readonly LinePlan[];
  /** Sensor above the ground in millimetres. */
  readonly mountMm: number;
  /** Share of the sensed bays that are taken at the busiest hour, for the simulator. */
  readonly demand: number;
}

const pbn1 = (...nodes: number[]): LinePlan[] =>
  nodes.map((count) => ({ kind: 'pbn1', nodes: count }));

export const LOT_PLANS: readonly LotPlan[] = [
  {
    lot: 'nambu-riverside',
    gateway: 'gw-nambu',
    turnDeg: 169.4,
    shape: 'lot',
    sections: [
      { zone: 'A', rows: [24, 24] },
      { zone: 'B', rows: [24, 24] },
    ],
    sectionGapM: 0,
    classes: { disabled: 4, pregnant: 1, family: 4, senior: 4, ev: 3, compact: 6, loading: 3 },
    lines: pbn1(24, 24, 24, 24),
    mountMm: 2_600,
    demand: 0.92,
  },
  {
    lot: 'seohak-art-village',
    gateway: 'gw-nambu',
    turnDeg: 4,
    shape: 'lot',
    sections: [{ zone: 'A', rows: [14, 13] }],
    sectionGapM: 0,
    classes: { disabled: 1, compact: 2, senior: 1, resident: 3 },
    lines: pbn1(14, 13),
    mountMm: 2_600,
    demand: 0.66,
  },
  {
    lot: 'jeonjucheon-street',
    gateway: 'gw-nambu',
    turnDeg: 118.5,
    shape: 'street',
    sections: [{ zone: 'N', rows: [24] }],
    sectionGapM: 0,
    classes: { disabled: 1, loading: 2, resident: 2 },
    lines: pbn1(24),
    mountMm: 3_000,
    demand: 0.85,
  },
  {
    lot: 'sinjungang-parking',
    gateway: 'gw-sinjungang',
    turnDeg: 14,
    shape: 'lot',
    sections: [
      { zone: '1F', rows: [16, 16] },
      { zone: '2F', rows: [16, 16] },
    ],
    sectionGapM: 4,
    classes: { disabled: 3, pregnant: 1, family: 3, senior: 2, ev: 2, compact: 4, loading: 2 },
    lines: pbn1(22, 21, 21),
    mountMm: 2_300,
    demand: 0.9,
  },
  {
    lot: 'nosongcheon',
    gateway: 'gw-sinjungang',
    turnDeg: 127.5,
    shape: 'lot',
    sections: [{ zone: 'A', rows: [10, 10] }],
    sectionGapM: 0,
    classes: { disabled: 1, family: 1, compact: 1 },
    lines: pbn1(20),
    mountMm: 2_600,
    demand: 0.78,
  },
  {
    lot: 'gosa-cine-complex',
    gateway: 'gw-sinjungang',
    turnDeg: 8,
    shape: 'lot',
    sections: [{ zone: 'A', rows: [7, 7] }],
    sectionGapM: 0,
    classes: { disabled: 1, compact: 1 },
    lines: [...pbn1(12), { kind: 'maxbotix', nodes: 1 }, { kind: 'maxbotix', nodes: 1 }],
    mountMm: 2_600,
    demand: 0.88,
  },
  {
    lot: 'taepyeong-dong',
    gateway: 'gw-sinjungang',
    turnDeg: 100,
    shape: 'lot',
    sections: [{ zone: 'A', rows: [7] }],
    sectionGapM: 0,
    classes: { disabled: 1 },
    lines: [
      ...pbn1(4),
      { kind: 'distance-frame', nodes: 1 },
      { kind: 'distance-frame', nodes: 1 },
      { kind: 'distance-frame', nodes: 1 },
    ],
    mountMm: 2_600,
    demand: 0.6,
  },
  {
    lot: 'moraenae-parking',
    gateway: 'gw-moraenae',
    turnDeg: 160,
    shape: 'lot',
    sections: [{ zone: 'A', rows: [20, 20] }],
    sectionGapM: 0,
    classes: { disabled: 2, pregnant: 1, family: 2, senior: 1, ev: 1, compact: 2, loading: 1 },
    lines: pbn1(20, 20),
    mountMm: 2_600,
    demand: 0.97,
  },
  {
    lot: 'inhu-1-angol',
    gateway: 'gw-moraenae',
    turnDeg: 172,
    shape: 'lot',
    sections: [{ zone: 'A', rows: [16, 16] }],
    sectionGapM: 0,
    classes: { disabled: 1, ev: 1, compact: 2, senior: 1, resident: 2 },
    lines: [{ kind: 'pbn1', nodes: 32, baud: 57_600 }],
    mountMm: 2_600,
    demand: 0.72,
  },
  {
    lot: 'seobu-parking',
    gateway: 'gw-seobu',
    turnDeg: 25,
    shape: 'lot',
    sections: [{ zone: '1F', rows: [14, 14] }],
    sectionGapM: 0,
    classes: { disabled: 1, pregnant: 1, family: 1, senior: 1, ev: 1, compact: 2, loading: 1 },
    lines: pbn1(14, 14),
    mountMm: 2_300,
    demand: 0.82,
  },
  {
    lot: 'hyoja-2-dong',
    gateway: 'gw-seobu',
    turnDeg: 18,
    shape: 'lot',
    sections: [{ zone: 'A', rows: [11, 10] }],
    sectionGapM: 0,
    classes: { disabled: 1, compact: 1, resident: 2 },
    lines: pbn1(21),
    mountMm: 2_600,
    demand: 0.58,
  },
];

/** Municipal lots that count at a gate instead of in their bays. */
export const COUNTER_LOTS: readonly string[] = ['ogeori'];

export interface MarketPlan {
  /** As the standard data names it. */
  readonly nameKo: string;
  readonly id: string;
  readonly shownKo: string;
  readonly addressEn: string;
}

export const MARKET_PLANS: readonly MarketPlan[] = [
  {
    nameKo: '전주남부시장',
    id: 'nambu',
    shownKo: '전주남부시장',
    addressEn: '19-3 Pungnammun 1-gil, Wansan-gu, Jeonju',
  },
  {
    nameKo: '전주신중앙시장(신중앙시장)',
    id: 'sinjungang',
    shownKo: '신중앙시장',
    addressEn: '33 Taepyeong 5-gil, Wansan-gu, Jeonju',
  },
  {
    nameKo: '전주중앙상가',
    id: 'jungang-sangga',
    shownKo: '전주중앙상가',
    addressEn: '70 Taepyeong 3-gil, Wansan-gu, Jeonju',
  },
  {
    nameKo: '모래내시장(전주)',
    id: 'moraenae',
    shownKo: '모래내시장',
    addressEn: '8-8 Moraenae 4-gil, Deokjin-gu, Jeonju',
  },
  {
    nameKo: '서부시장상점가(서부시장 통합)',
    id: 'seobu',
    shownKo: '서부시장상점가',
    addressEn: '14-8 Hyodong 2-gil, Wansan-gu, Jeonju',
  },
];

export interface SignPlan {
  readonly id: string;
  readonly ko: string;
  readonly en: string;
  readonly position: Position;
  readonly rows: readonly (readonly [lot: string, arrow: 'left' | 'right' | 'ahead' | 'here'])[];
}

export const SIGN_PLANS: readonly SignPlan[] = [
  {
    id: 'sign-nambu-gate',
    ko: '남부시장 입구 안내판',
    en: 'Nambu Market approach',
    position: [127.1478, 35.8121],
    rows: [
      ['nambu-riverside', 'right'],
      ['seohak-art-village', 'ahead'],
      ['jeonjucheon-street', 'right'],
    ],
  },
  {
    id: 'sign-nambu-riverside',
    ko: '남부시장 천변 주차장 입구',
    en: 'Nambu Market riverside entrance',
    position: [127.1477, 35.8111],
    rows: [['nambu-riverside', 'here']],
  },
  {
    id: 'sign-taepyeong',
    ko: '중앙상가 안내판',
    en: 'Jungang Shopping Street approach',
    position: [127.1438, 35.8255],
    rows: [
      ['sinjungang-parking', 'ahead'],
      ['nosongcheon', 'right'],
      ['ogeori', 'left'],
    ],
  },
  {
    id: 'sign-moraenae',
    ko: '모래내시장 안내판',
    en: 'Moraenae Market approach',
    position: [127.1449, 35.8338],
    rows: [
      ['moraenae-parking', 'left'],
      ['inhu-1-angol', 'right'],
    ],
  },
  {
    id: 'sign-seobu',
    ko: '서부시장 안내판',
    en: 'Seobu Market approach',
    position: [127.1262, 35.8056],
    rows: [
      ['seobu-parking', 'right'],
      ['hyoja-2-dong', 'left'],
    ],
  },
];
