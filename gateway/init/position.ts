import type { Position } from '#contract/geo.ts';

const NUMBER = '(-?\\d{1,3}(?:\\.\\d+)?)';
const PAIR = `${NUMBER}\\s*,\\s*${NUMBER}`;

/** Where maps put a place into their links: latitude first, but for Naver's `c=` of old. */
const LAT_LNG: readonly RegExp[] = [
  // The pin of a Google place, before the middle of its screen.
  new RegExp(`!3d${NUMBER}!4d${NUMBER}`),
  new RegExp(`@${PAIR}`),
  // Kakao: /link/map/NAME,LAT,LNG and /link/to/…
  new RegExp(`/link/(?:map|to|roadview)/(?:[^/,]*,)?${PAIR}`),
  new RegExp(`[?&](?:q|ll|query|center|destination|sll|pin)=(?:loc:)?${PAIR}`),
  // OpenStreetMap: its marker, then the middle of its screen.
  new RegExp(`[?&]mlat=${NUMBER}&mlon=${NUMBER}`),
  new RegExp(`#map=[\\d.]+/${NUMBER}/${NUMBER}`),
  new RegExp(`[?&]lat=${NUMBER}&l(?:ng|on)=${NUMBER}`),
  new RegExp(`^geo:${PAIR}`),
  new RegExp(`^\\s*\\(?${PAIR}\\)?\\s*$`),
];
const LNG_LAT: readonly RegExp[] = [new RegExp(`[?&]lng=${NUMBER}&lat=${NUMBER}`)];

/**
 * The place in `latitude, longitude` or in a link that was copied from a map; undefined where there
 * is none. Never looked up by a name: that is too often the wrong street.
 */
export function positionFrom(text: string): Position | undefined {
  const plain = plainText(text.trim());
  const first = LAT_LNG.map((form) => form.exec(plain)).find((found) => found !== null);
  if (first) return checked(Number(first[2]), Number(first[1]));
  const swapped = LNG_LAT.map((form) => form.exec(plain)).find((found) => found !== null);
  return swapped ? checked(Number(swapped[1]), Number(swapped[2])) : undefined;
}

/** Links have commas and spaces escaped; what is no escape stays as it is. */
function plainText(text: string): string {
  return text.replaceAll(/%2C/gi, ',').replaceAll(/%20|\+/g, ' ');
}

function checked(lng: number, lat: number): Position | undefined {
  return Math.abs(lat) <= 90 && Math.abs(lng) <= 180 ? [lng, lat] : undefined;
}
