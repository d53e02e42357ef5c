// Writes seeds/jeonju/site.geojson and simulation.json from the public facts in
// seeds/jeonju/source/ and the plans in scripts/jeonju-seed/: node --import tsx scripts/make-jeonju-seed.ts
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { jeonjuSimulationText, jeonjuSiteText } from './jeonju-seed/site.ts';
import { readSources } from './jeonju-seed/sources.ts';

const folder = join(import.meta.dirname, '../seeds/jeonju');
writeFileSync(join(folder, 'site.geojson'), jeonjuSiteText(readSources(join(folder, 'source'))));
writeFileSync(join(folder, 'simulation.json'), jeonjuSimulationText());
