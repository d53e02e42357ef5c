import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ApiConfig } from '#api/config.ts';
import { readApiFiles } from '#api/own-files.ts';
import { writeSmallSite } from '../support/small-site.ts';
import { openTempFolder } from '../support/temp-folder.ts';

function check(settings: object): () => unknown {
  return () => {
    using folder = openTempFolder();
    const secretFile = join(folder.path, 'secret');
    writeFileSync(secretFile, 'secret');
    const siteFolder = writeSmallSite(join(folder.path, 'site')).folder;
    return readApiFiles(ApiConfig.parse({ siteFolder, secretFile, ...settings }));
  };
}

const historyUrl = 'http://127.0.0.1:8086/binjari';
const division = 'api-2: lot-2';

describe('an api beside another', () => {
  test('is started where both say the same', () => {
    expect(check({ division, historyUrl })).not.toThrow();
    expect(check({ division, historyUrl, id: 'api-2', role: 'secondary' })).not.toThrow();
  });

  test.each([
    ['does not name "api-3"', { division, historyUrl, id: 'api-3', role: 'secondary' }],
    ['does not name "api-2"', { historyUrl, id: 'api-2', role: 'secondary' }],
    ['names "api-2", which is the primary', { division, historyUrl, id: 'api-2' }],
    ['need InfluxDB', { division }],
    ['has no lot "lot-7"', { division: 'api-2: lot-7', historyUrl }],
  ])('is refused where it %s', (sentence, settings) => {
    expect(check(settings)).toThrow(sentence);
  });
});
