import type { Position } from '#contract/geo.ts';
import { lineFeature } from './feature.ts';
import type { FeatureJson } from './feature.ts';
import { Frame } from './frame.ts';
import { lineDistanceM } from './stream.ts';

interface MainStreet {
  readonly ko: string;
  readonly en: string;
  readonly course: readonly Position[];
}

/**
 * Straight pieces through the official points of lots that have their address on the street, and
 * by hand between them.
 */
const MAIN_STREETS: readonly MainStreet[] = [
  {
    ko: '팔달로',
    en: 'Paldal-ro',
    course: [
      [127.1497, 35.8045],
      [127.1487, 35.808],
      [127.1482, 35.8104],
      [127.1479, 35.8138],
      [127.1471, 35.8181],
      [127.1461, 35.8212],
      [127.1443, 35.8252],
      [127.1409, 35.8288],
      [127.1377, 35.8322],
      [127.1345, 35.8356],
    ],
  },
  {
    ko: '기린대로',
    en: 'Girin-daero',
    course: [
      [127.1564, 35.8121],
      [127.1543, 35.8143],
      [127.15385, 35.8182],
      [127.1534, 35.8204],
      [127.1503, 35.8245],
      [127.1462, 35.8281],
      [127.1398, 35.8336],
      [127.1333, 35.8378],
      [127.1273, 35.8411],
      [127.1204, 35.8458],
    ],
  },
  {
    ko: '춘향로',
    en: 'Chunhyang-ro',
    course: [
      [127.1564, 35.8121],
      [127.1601, 35.8117],
      [127.1637, 35.8074],
      [127.1671, 35.8035],
      [127.1687, 35.8009],
    ],
  },
  {
    ko: '충경로',
    en: 'Chunggyeong-ro',
    course: [
      [127.1377, 35.8167],
      [127.1409, 35.8174],
      [127.1471, 35.8181],
      [127.15385, 35.8182],
    ],
  },
  {
    ko: '태진로',
    en: 'Taejin-ro',
    course: [
      [127.1409, 35.8174],
      [127.1393, 35.8194],
      [127.1376, 35.8224],
      [127.1368, 35.8262],
      [127.1351, 35.8329],
      [127.1345, 35.8356],
    ],
  },
  {
    ko: '태평로',
    en: 'Taepyeong-ro',
    course: [
      [127.1376, 35.8224],
      [127.1415, 35.8231],
      [127.1452, 35.8234],
    ],
  },
  {
    ko: '용머리로',
    en: 'Yongmeori-ro',
    course: [
      [127.1477, 35.815],
      [127.1419, 35.8147],
      [127.1379, 35.8125],
      [127.132, 35.8093],
      [127.1252, 35.8077],
      [127.1208, 35.8067],
    ],
  },
  {
    ko: '백제대로',
    en: 'Baekje-daero',
    course: [
      [127.1208, 35.8067],
      [127.1219, 35.8115],
      [127.1232, 35.8172],
      [127.1249, 35.8209],
      [127.1276, 35.8262],
      [127.1291, 35.8318],
      [127.1333, 35.8378],
    ],
  },
  {
    ko: '안덕원로',
    en: 'Andeogwon-ro',
    course: [
      [127.1462, 35.8281],
      [127.1512, 35.8312],
      [127.1562, 35.8339],
      [127.1602, 35.8361],
    ],
  },
];

export function mainStreets(): FeatureJson[] {
  return MAIN_STREETS.map(({ ko, en, course }) =>
    lineFeature(course, { kind: 'backdrop', what: 'mainStreet', name: { ko, en } }),
  );
}

const frame = new Frame([127.143, 35.8195]);
const courses = MAIN_STREETS.map(({ course }) =>
  course.map((position) => frame.toMetres(position)),
);

/** Metres from a position to the middle of the nearest main street. */
export function nearestMainStreetM(position: Position): number {
  const point = frame.toMetres(position);
  return Math.min(...courses.map((course) => lineDistanceM(point, course)));
}
