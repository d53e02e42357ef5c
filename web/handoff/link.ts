import type { Position } from '#contract/geo.ts';
import type { HandOffApp } from '#contract/hand-off.ts';
import type { LotAnswer } from '#contract/http.ts';
import { isPrecise } from '../lots/walk.ts';
import { isPhone } from './platform.ts';
import type { Platform } from './platform.ts';

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

/** Where a link is opened; undefined: nobody knows yet, and only https addresses are safe. */
export interface Opener {
  readonly platform: Platform | undefined;
  /** The page's own address: Naver Map wants to know who calls it. */
  readonly pageUrl: string;
}

/**
 * The address that opens an app; undefined where the app cannot be opened from here. Each app's
 * own documents: Kakao Map's link API, Naver Map's URL scheme (NCLOUD), T map's as published for
 * partners, Google's and Apple's map links, geo: by RFC 5870 with Android's `q`.
 */
export function linkOf(
  app: HandOffApp,
  { name, position }: Destination,
  { platform, pageUrl }: Opener,
): string | undefined {
  // Half a surrogate pair cannot be encoded; encodeURIComponent would throw.
  const query = encodeURIComponent(name.replaceAll(/\p{Cs}/gu, ''));
  // Longitude stands first in GeoJSON; nearly every address here wants latitude first.
  const latLng = position && `${position[1]},${position[0]}`;
  const opensApps = platform !== undefined && isPhone(platform) && !platform.inApp;
  switch (app) {
    case 'kakao':
      return latLng === undefined
        ? `https://map.kakao.com/link/search/${query}`
        : `https://map.kakao.com/link/to/${query},${latLng}`;
    case 'naver':
      return opensApps && position && isOnNaversMap(position)
        ? naverApp(query, position, platform, pageUrl)
        : `https://map.naver.com/p/search/${query}`;
    case 'tmap':
      // x is the longitude: the one app that wants it so.
      return opensApps && position
        ? `tmap://route?goalname=${query}&goalx=${position[0]}&goaly=${position[1]}`
        : undefined;
    case 'google':
      return latLng === undefined
        ? `https://www.google.com/maps/search/?api=1&query=${query}`
        : `https://www.google.com/maps/dir/?api=1&destination=${latLng}&travelmode=driving`;
    case 'apple':
      return latLng === undefined
        ? `https://maps.apple.com/?q=${query}`
        : `https://maps.apple.com/?daddr=${latLng}&dirflg=d`;
    case 'geo': {
      if (!opensApps || platform.system !== 'android') return undefined;
      // A bracket would end the label.
      const label = query.replaceAll('(', '%28').replaceAll(')', '%29');
      return latLng === undefined ? `geo:0,0?q=${label}` : `geo:${latLng}?q=${latLng}(${label})`;
    }
  }
}

/** Naver's app refuses what lies outside (its documents: 31.43–44.35 N, 122.37–132.00 E). */
function isOnNaversMap([lng, lat]: Position): boolean {
  return lat >= 31.43 && lat <= 44.35 && lng >= 122.37 && lng <= 132;
}

function naverApp(
  query: string,
  [lng, lat]: Position,
  { system }: Platform,
  pageUrl: string,
): string {
  const path = `navigation?dlat=${lat}&dlng=${lng}&dname=${query}&appname=${encodeURIComponent(pageUrl)}`;
  return system === 'android'
    ? `intent://${path}#Intent;scheme=nmap;action=android.intent.action.VIEW;category=android.intent.category.BROWSABLE;package=com.nhn.android.nmap;end`
    : `nmap://${path}`;
}

export interface AppLink {
  readonly app: HandOffApp;
  readonly href: string;
}

/** The site's apps that can be opened from here, the one that was last chosen first. */
export function appLinksOf(
  apps: readonly HandOffApp[],
  destination: Destination,
  opener: Opener,
  last: HandOffApp | undefined,
): AppLink[] {
  const links = apps.flatMap((app) => {
    const href = linkOf(app, destination, opener);
    return href === undefined ? [] : [{ app, href }];
  });
  return links.toSorted((a, b) => Number(b.app === last) - Number(a.app === last));
}
