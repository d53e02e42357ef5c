/** What kind of browser this is, as far as map apps care. */
export interface Platform {
  readonly system: 'android' | 'apple' | 'other';
  /** The browser of a messenger or portal: it opens https addresses and nothing else for sure. */
  readonly inApp: boolean;
}

/** By the browser's own words; `touches`: how many fingers the screen knows. */
export function platformOf(userAgent: string, touches: number): Platform {
  const inApp = /KAKAOTALK|NAVER\(inapp|Instagram|FBAN|FBAV|\bLine\/|DaumApps/i.test(userAgent);
  if (/Android/i.test(userAgent)) return { system: 'android', inApp };
  // A tablet of Apple's calls itself a Mac, but has a screen to touch.
  const apple = /iPhone|iPad|iPod/.test(userAgent) || (/Macintosh/.test(userAgent) && touches > 1);
  return { system: apple ? 'apple' : 'other', inApp };
}

export const isPhone = ({ system }: Platform): boolean => system !== 'other';
