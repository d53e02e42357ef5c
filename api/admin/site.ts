import { readFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import type { Command } from 'commander';
import {
  OverlaysAnswer,
  SiteAppliedAnswer,
  SiteCheckAnswer,
  SiteVersionsAnswer,
} from '#contract/site-change.ts';
import { diffLines, isSameSite } from '#contract/site-diff.ts';
import type { SiteDiff } from '#contract/site-diff.ts';
import { overlayText } from '#contract/site-overlay.ts';
import { ConfigError, messageOf, RejectedError, UnavailableError } from '#runtime/errors.ts';
import { checkedSite } from '../site/running-site.ts';
import { ask, whereOf } from './ask.ts';
import { instantText } from './instant-text.ts';
import type { Terminal } from './terminal.ts';

const SITE = '/api/v1/operator/site';

export function addSite(program: Command, terminal: Terminal): void {
  const { out } = terminal;
  const say = (lines: readonly string[]) => out.write(`${lines.join('\n')}\n`);
  const site = program
    .command('site')
    .description('check and apply site files, their versions, and what is laid over them');
  site
    .command('check <file>')
    .description('its problems; where an api runs, also what it would change there')
    .action(async (file: string, _options: unknown, command: Command) => {
      say(await checkLines(file, command));
    });
  site
    .command('apply <file>')
    .description('run it from its date on, or from now on; nothing is restarted')
    .option('--valid-from <time>', 'from when it holds, the past included', instantText)
    .option('--author <name>', 'who does it, for the history', userInfo().username)
    .action(async (file: string, options: ApplyOptions, command: Command) => {
      const text = readSiteFile(file);
      checkedSite(text, undefined);
      const query = new URLSearchParams(options.validFrom ? { validFrom: options.validFrom } : {});
      query.set('author', options.author);
      const answer = await ask(whereOf(command), `${SITE}/apply?${query.toString()}`, 'POST', text);
      say(appliedLines(SiteAppliedAnswer.parse(await answer.json())));
    });
  site
    .command('history')
    .description('every version that the api was given, the newest first')
    .option('--json', 'as JSON')
    .action(async ({ json }: { readonly json?: boolean }, command: Command) => {
      const answer = await ask(whereOf(command), `${SITE}/versions`);
      const { versions } = SiteVersionsAnswer.parse(await answer.json());
      if (json === true) return void say([JSON.stringify(versions, null, 2)]);
      say(
        versions.map(
          ({ version, running, validFrom, author, sha }) =>
            `${running ? '*' : ' '} ${version}  valid from ${validFrom}  by ${author}  ${sha.slice(0, 12)}`,
        ),
      );
    });
  site
    .command('rollback <version>')
    .description('that version holds again from now on, as a new one')
    .option('--author <name>', 'who does it, for the history', userInfo().username)
    .action(async (version: string, { author }: ApplyOptions, command: Command) => {
      const query = new URLSearchParams({ version, author });
      const path = `${SITE}/rollback?${query.toString()}`;
      const answer = await ask(whereOf(command), path, 'POST');
      say(appliedLines(SiteAppliedAnswer.parse(await answer.json())));
    });
  site
    .command('overlays')
    .description('what is laid over the site file now, or will be')
    .action(async (_options: unknown, command: Command) => {
      const answer = await ask(whereOf(command), `${SITE}/overlays`);
      const { overlays } = OverlaysAnswer.parse(await answer.json());
      say(overlays.length === 0 ? ['none'] : overlays.map(overlayLine));
    });
}

interface ApplyOptions {
  readonly author: string;
  readonly validFrom?: string;
}

/** Throws RejectedError with every problem. Without an api the file itself is checked all the same. */
async function checkLines(file: string, command: Command): Promise<string[]> {
  const text = readSiteFile(file);
  const { header, bays, lots, gateways } = checkedSite(text, undefined);
  const good = `${file}: site "${header.site}", ${lots.length} lots, ${bays.length} bays, ${gateways.length} gateways: no problems`;
  let answer: Response;
  try {
    answer = await ask(whereOf(command), `${SITE}/check`, 'POST', text);
  } catch (error) {
    const isAway = error instanceof UnavailableError || error instanceof ConfigError;
    if (!isAway) throw error;
    return [good, `not compared with what runs: ${messageOf(error)}`];
  }
  const checked = SiteCheckAnswer.parse(await answer.json());
  const { problems, warnings, diff, running } = checked;
  if (problems.length > 0 || !diff) throw new RejectedError('invalid_site', problems.join('\n'));
  return [
    good,
    ...warnings.map((warning) => `warning: ${warning}`),
    `against version ${running.version}, which runs:`,
    ...changeLines(diff),
    ...running.overlays.map((overlay) => `stays laid over it: ${overlayLine(overlay)}`),
  ];
}

function appliedLines({ version, diff }: SiteAppliedAnswer): string[] {
  const when = version.running ? 'runs' : `will hold from ${version.validFrom}`;
  return [`version ${version.version} ${when}`, ...changeLines(diff)];
}

function changeLines(diff: SiteDiff): string[] {
  return isSameSite(diff) ? ['nothing changes'] : diffLines(diff);
}

const overlayLine = (overlay: OverlaysAnswer['overlays'][number]): string =>
  `${overlay.id}: ${overlayText(overlay)}`;

function readSiteFile(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch (error) {
    throw new RejectedError('unreadable', messageOf(error));
  }
}
