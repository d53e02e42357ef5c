import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { DRIVER_TRAITS } from '#contract/driver.ts';
import { Kept } from '#web/page/kept.ts';
import { keepingOf, keyOf } from '#web/worker/keeping.ts';
import { aStore } from './a-store.ts';

const ORIGIN = 'https://parking.example';
const at = (path: string) => new URL(path, ORIGIN);

describe('the service worker', () => {
  test.each([
    ['/', 'whenAway'],
    ['/m/nambu?lang=ko&in=30', 'whenAway'],
    ['/assets/main-abc.js', 'first'],
    ['/api/v1/backdrop', 'whenAway'],
    ['/api/v1/map', 'never'],
    ['/api/v1/bays?lot=a', 'whenAway'],
    ['/api/v1/live?channel=lots', 'never'],
    ['/api/v1/lots', 'never'],
    ['/api/v1/flows', 'never'],
    ['/api/v1/operator/sensors', 'never'],
    ['/login', 'never'],
    ['/account', 'never'],
    ['/m/nambu/wall', 'never'],
    ['/embed/nambu', 'never'],
    ['/sign/gate', 'never'],
    ['https://map.kakao.com/', 'never'],
  ])('keeps %s: %s', (path, keeping) => {
    expect(keepingOf('GET', at(path), ORIGIN)).toBe(keeping);
    expect(keepingOf('POST', at(path), ORIGIN)).toBe('never');
  });

  test('keeps one page a market and language, whatever else its address says', () => {
    expect(keyOf(at('/m/nambu?in=30&lang=ko&utm_source=poster'))).toBe('/m/nambu?lang=ko');
    expect(keyOf(at('/m/nambu?in=0'))).toBe('/m/nambu');
    expect(keyOf(at('/api/v1/bays?lot=a'))).toBe('/api/v1/bays?lot=a');
  });
});

describe('what a phone keeps', () => {
  test('comes back as it was', () => {
    const driver = fc.record({
      traits: fc.subarray([...DRIVER_TRAITS]),
      heightMm: fc.option(fc.nat(4_000), { nil: undefined }),
    });
    fc.assert(
      fc.property(driver, fc.string(), (driver, parked) => {
        const store = aStore();
        const kept = new Kept(() => store);
        kept.keep('driver', driver);
        kept.keep('parked', parked);
        expect({ heightMm: undefined, ...new Kept(() => store).driver }).toEqual(driver);
        expect(new Kept(() => store).parked).toBe(parked);
      }),
    );
  });

  test('is nothing where somebody else wrote there, or where the browser forbids it', () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const kept = new Kept(() =>
          aStore({ 'binjari.driver': text, 'binjari.wishes': text, 'binjari.app': text }),
        );
        expect([kept.driver, kept.wishes, kept.app]).toBeDefined();
      }),
    );
    const forbidden = new Kept(() => {
      throw new DOMException('no', 'SecurityError');
    });
    forbidden.keep('parked', 'B 14');
    expect([forbidden.driver.traits, forbidden.parked, forbidden.app]).toEqual([[], '', undefined]);
  });
});
