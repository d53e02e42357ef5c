import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CLEAR, findScenario, readScenario } from '#firmware-sim/scenario.ts';
import { readSimulation } from '#firmware-sim/simulation-file.ts';
import { openTempFolder } from '../support/temp-folder.ts';

const seeds = join(import.meta.dirname, '../../seeds');
const names = readdirSync(join(seeds, 'scenarios')).map((file) => file.replace('.json', ''));

describe('the scenarios that come with the simulator', () => {
  test.each(names)('%s is whole and says what it is', (name) => {
    expect(readScenario(join(seeds, 'scenarios', `${name}.json`)).about.length).toBeGreaterThan(20);
  });

  test('are found beside a site folder by their name, and clear is what is left out', () => {
    expect(findScenario(join(seeds, 'jeonju'), 'rain').rainShare).toBe(0.7);
    const { about, ...clear } = findScenario(join(seeds, 'jeonju'), 'clear');
    expect({ ...clear, about: '' }).toEqual(CLEAR);
    expect(about).toContain('autumn');
  });
});

describe('a scenario file', () => {
  test('that is wrong is told by place and by what was expected', () => {
    using folder = openTempFolder();
    const path = join(folder.path, 'wrong.json');
    writeFileSync(
      path,
      JSON.stringify({
        rainShare: 2,
        wind: 3,
        neighbourRatio: [0.3, 0.1],
        sensorFaults: [{ fault: 'tired', bay: 1 }],
      }),
    );
    const problem = (() => {
      try {
        return readScenario(path) && '';
      } catch (error) {
        return String(error);
      }
    })();
    for (const said of [
      'wrong.json: rainShare: expected a share, 0 to 1',
      'neighbourRatio: expected [least, most]',
      'sensorFaults.0.fault',
      'stuck-value',
      'wind',
    ]) {
      expect(problem).toContain(said);
    }
  });

  test('of a name that is none is answered with the names that there are', () => {
    expect(() => findScenario(join(seeds, 'jeonju'), 'fog')).toThrow(/expected one of .*hot-day/);
  });

  test('of the site’s own folder is stronger, and simulation.json names it', () => {
    using folder = openTempFolder();
    const site = join(folder.path, 'site');
    mkdirSync(join(site, 'scenarios'), { recursive: true });
    writeFileSync(join(site, 'scenarios', 'rain.json'), '{ "rainShare": 0.4 }');
    writeFileSync(join(site, 'simulation.json'), '{ "scenario": "rain" }');
    const { scenario = '' } = readSimulation(site, new Set());
    expect(findScenario(site, scenario).rainShare).toBe(0.4);
  });
});
