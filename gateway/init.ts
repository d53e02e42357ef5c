import { writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { Command, CommanderError, Option } from 'commander';
import { problemLines, readSite } from '#contract/site-check.ts';
import { SensorKind } from '#contract/site.ts';
import { makeFolder } from '#runtime/data-folder.ts';
import { ConfigError, messageOf, UnavailableError } from '#runtime/errors.ts';
import { SITE_FILE } from '#runtime/site-folder.ts';
import { askSensors } from './init/ask-sensors.ts';
import type { SensorFlags } from './init/ask-sensors.ts';
import { askFolder, askSite } from './init/ask-site.ts';
import type { SiteFlags } from './init/ask-site.ts';
import { CancelledError, defaultAsker, personAsker } from './init/asker.ts';
import type { Asker } from './init/asker.ts';
import { draftSite } from './init/draft-site.ts';
import { initTexts } from './init/texts.ts';
import type { InitLanguage } from './init/texts.ts';

interface InitFlags extends SiteFlags, SensorFlags {
  readonly language?: InitLanguage;
  readonly yes?: true;
}

const exitCodes = { usage: 2, unavailable: 69, config: 78, cancelled: 130 } as const;

const program = new Command('npm run init --')
  .usage('[options]')
  .description('A site of your own from the sensors on your serial ports. Asks what is not given.')
  .addOption(new Option('--language <code>', 'of the questions and the page').choices(['ko', 'en']))
  .option('--name <text>', 'what it is called')
  .option('--place <text>', 'where it is, in words')
  .option('--time-zone <zone>', 'IANA time zone; else that of this machine')
  .option('--bays <n>', 'how many bays')
  .option('--position <text>', 'latitude, longitude, or a link copied from a map')
  .option('--port <path...>', 'serial ports with sensors; else those that are found')
  .addOption(
    new Option('--kind <kind>', 'where what is heard does not tell').choices(SensorKind.options),
  )
  .option('--mount-mm <mm>', 'height of the sensors; else from the readings of the empty bays')
  .option('--folder <folder>', 'where the site is written')
  .option('--yes', 'ask nothing: what is not given is taken by default')
  .exitOverride()
  .showHelpAfterError('see npm run init -- --help');

process.exitCode = await run();

async function run(): Promise<number> {
  try {
    await init(program.parse().opts<InitFlags>());
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : exitCodes.usage;
    process.stderr.write(`${messageOf(error)}\n`);
    if (error instanceof CancelledError) return exitCodes.cancelled;
    if (error instanceof ConfigError) return exitCodes.config;
    if (error instanceof UnavailableError) return exitCodes.unavailable;
    throw error;
  }
}

async function init(flags: InitFlags): Promise<void> {
  const isPerson = process.stdin.isTTY && process.stdout.isTTY && flags.yes === undefined;
  const asker = isPerson ? personAsker() : defaultAsker();
  asker.begin('빈자리 Binjari');
  const language = flags.language ?? (await askLanguage(asker));
  const texts = initTexts[language];
  try {
    const wish = await askSite(asker, texts, language, flags);
    const lines = await askSensors(asker, texts, wish.bays, flags);
    const folder = await askFolder(asker, texts, { id: wish.id, flag: flags.folder });
    const file = join(folder, SITE_FILE);
    const draft = draftSite(wish, lines, startOfToday());
    const read = readSite(draft);
    if (!read.ok) throw new ConfigError(problemLines(read.problems));
    write(folder, file, `${JSON.stringify(draft, null, 2)}\n`);
    const sensed = lines.reduce((sum, { sensors }) => sum + sensors.length, 0);
    asker.say(texts.wrote(file, sensed, wish.bays));
    asker.end(`${texts.next}  npm start -- --site ${quoted(folder)} --lan`);
  } catch (error) {
    if (error instanceof CancelledError) throw new CancelledError(texts.cancelled);
    throw error;
  }
}

function write(folder: string, file: string, text: string): void {
  try {
    makeFolder(resolve(folder));
    writeFileSync(file, text, { flag: 'wx' });
  } catch (error) {
    throw new ConfigError([`--folder ${folder}: ${messageOf(error)}`]);
  }
}

async function askLanguage(asker: Asker): Promise<InitLanguage> {
  const own: InitLanguage = Intl.DateTimeFormat().resolvedOptions().locale.startsWith('ko')
    ? 'ko'
    : 'en';
  const choices = {
    ko: { value: 'ko', label: '한국어' },
    en: { value: 'en', label: 'English' },
  } as const;
  return asker.choose('언어 · Language', [choices[own], choices[own === 'ko' ? 'en' : 'ko']]);
}

/** In UTC, so that whatever happens today belongs to this version. */
function startOfToday(): string {
  return `${new Date().toISOString().slice(0, 10)}T00:00:00Z`;
}

function quoted(path: string): string {
  return /^[\w./-]+$/.test(path) ? path : `"${path}"`;
}
