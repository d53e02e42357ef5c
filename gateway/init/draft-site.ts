import type { Position } from '#contract/geo.ts';
import type { LineProperties } from '#contract/site.ts';
import { countryOf, currencyOf, handOffOf } from './country.ts';

/** What a person has said of a new site. */
export interface SiteWish {
  readonly id: string;
  readonly name: string;
  /** Where it is, in words; empty: not said. */
  readonly place: string;
  readonly timeZone: string;
  readonly language: 'ko' | 'en';
  readonly bays: number;
  /** undefined: not said; then it is drawn where no street is, and called unknown. */
  readonly position: Position | undefined;
}

/** One line of the new site, in the order of its bays. */
export type DraftLine = Omit<LineProperties, 'id' | 'sensors'> & {
  readonly sensors: readonly Omit<LineProperties['sensors'][number], 'id' | 'bay'>[];
};

const BAY_M = { wide: 2.5, long: 5 } as const;
const ROW = 20;
const AISLE_M = 6;
const MARGIN_M = 1;
const NOWHERE: Position = [0, 0];

/** The site file: one lot whose bays stand in rows around the place, and the gateway that reads them. */
export function draftSite(wish: SiteWish, lines: readonly DraftLine[], validFrom: string): object {
  const { id, name, place, language, position } = wish;
  const country = countryOf(wish.timeZone) ?? 'ZZ';
  const positionQuality = position === undefined ? 'unknown' : 'approximate';
  const local = (text: string) => ({ [language]: text });
  const sensed = lines.reduce((sum, { sensors }) => sum + sensors.length, 0);
  const bayIds = Array.from({ length: wish.bays }, (_, at) => `${id}-${at + 1}`);
  const square = squareAt(position ?? NOWHERE);
  const rows = Math.ceil(wish.bays / ROW);
  const width = Math.min(ROW, wish.bays) * BAY_M.wide;
  const depth = rows * BAY_M.long + (rows - 1) * AISLE_M;
  const corner = { x: -width / 2, y: -depth / 2 };
  let next = 0;
  return {
    type: 'FeatureCollection',
    binjari: {
      format: 1,
      site: id,
      name: local(name),
      validFrom,
      languages: [language, language === 'ko' ? 'en' : 'ko'],
      currency: currencyOf(country),
      timeZone: wish.timeZone,
      country,
      holidayRegion: country,
      handOff: handOffOf(country),
    },
    features: [
      feature(
        square(
          corner.x - MARGIN_M,
          corner.y - MARGIN_M,
          width + 2 * MARGIN_M,
          depth + 2 * MARGIN_M,
        ),
        {
          kind: 'lot',
          id,
          name: local(name),
          lotKind: 'offStreet',
          positionQuality,
          capacity: wish.bays,
          instrumented: sensed === wish.bays ? 'full' : 'partial',
          ...(place !== '' && { address: local(place) }),
          tariff: { kind: 'unknown' },
          openHours: 'always',
          chargedHours: 'always',
          outsideHours: 'unknown',
        },
      ),
      ...bayIds.map((bay, at) =>
        feature(
          square(
            corner.x + (at % ROW) * BAY_M.wide,
            corner.y + Math.floor(at / ROW) * (BAY_M.long + AISLE_M),
            BAY_M.wide,
            BAY_M.long,
          ),
          {
            kind: 'bay',
            id: bay,
            lot: id,
            label: String(at + 1),
            class: 'general',
            positionQuality,
          },
        ),
      ),
      feature(null, {
        kind: 'gateway',
        id: `${id}-gw`,
        lines: lines.map(({ sensors, ...line }, at) => ({
          id: `line-${at + 1}`,
          ...line,
          sensors: sensors.map((sensor) => {
            next += 1;
            return { id: `sensor-${next}`, bay: bayIds[next - 1], ...sensor };
          }),
        })),
      }),
    ],
  };
}

function feature(geometry: object | null, properties: object): object {
  return { type: 'Feature', geometry, properties };
}

const M_PER_DEGREE = 111_320;
const DIGITS = 8;

/** Rectangles in metres east and north of a place, as polygons. */
function squareAt([lng, lat]: Position) {
  const perLng = M_PER_DEGREE * Math.cos((lat * Math.PI) / 180);
  const at = (x: number, y: number) => [
    Number((lng + x / perLng).toFixed(DIGITS)),
    Number((lat + y / M_PER_DEGREE).toFixed(DIGITS)),
  ];
  return (x: number, y: number, width: number, depth: number): object => ({
    type: 'Polygon',
    coordinates: [
      [at(x, y), at(x + width, y), at(x + width, y + depth), at(x, y + depth), at(x, y)],
    ],
  });
}

/** An id from a name: what letters and digits it has; undefined where it has none of ours. */
export function idFrom(name: string): string | undefined {
  const id = name
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[\u0300-\u036f]/g, '')
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-+|-+$/g, '')
    .slice(0, MOST_ID)
    .replace(/-+$/, '');
  return id === '' ? undefined : id;
}

/** An id has 40 characters at most, and ours get endings. */
const MOST_ID = 30;
