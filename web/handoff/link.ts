import type { Position } from '#contract/geo.ts';
import type { LotAnswer } from '#contract/http.ts';
import type { HandOffApp } from '#contract/site.ts';
import { isPrecise } from '../lots/walk.ts';

/** Where to send a driver: to a position only where that can be trusted, else to a name. */
export interface Destination {
  readonly name: string;
  readonly position: Position | undefined;
}

/** The entrance where it was surveyed or is official, else such a position of the lot itself. */
export function destinationOf(
  lot: Pick<LotAnswer, 'entrances' | 'position' | 'positionQuality'>,
  name: string,
): Destination {
  const entrance = lot.entrances.find((each) => isPrecise(each.positionQuality));
  if (entrance) return { name, position: entrance.position };
  return { name, position: isPrecise(lot.positionQuality) ? lot.position : undefined };
}

/** The https address that opens an app or its web page; undefined where the app has none. */
export function linkOf(app: HandOffApp, { name, position }: Destination): string | undefined {
  // Half a surrogate pair cannot be encoded; encodeURIComponent would throw.
  const query = encodeURIComponent(name.replaceAll(/\p{Cs}/gu, ''));
  // Longitude stands first in GeoJSON; every address here wants latitude first.
  const latLng = position && `${position[1]},${position[0]}`;
  switch (app) {
    case 'kakao':
      return latLng === undefined
        ? `https://map.kakao.com/link/search/${query}`
        : `https://map.kakao.com/link/to/${query},${latLng}`;
    case 'naver':
      return `https://map.naver.com/p/search/${query}`;
    case 'google':
      return latLng === undefined
        ? `https://www.google.com/maps/search/?api=1&query=${query}`
        : `https://www.google.com/maps/dir/?api=1&destination=${latLng}&travelmode=driving`;
    case 'apple':
      return latLng === undefined
        ? `https://maps.apple.com/?q=${query}`
        : `https://maps.apple.com/?daddr=${latLng}&dirflg=d`;
    case 'tmap':
    case 'geo':
      return undefined;
  }
}

/** The first of the site's apps that a plain link can open. */
export function directionsLink(
  apps: readonly HandOffApp[],
  destination: Destination,
): string | undefined {
  return apps.map((app) => linkOf(app, destination)).find((link) => link !== undefined);
}
