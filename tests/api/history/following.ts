import { writeSync } from 'node:fs';
import { influxAddressOf } from '#api/history/influx-address.ts';
import { readSiteFolder } from '#runtime/site-folder.ts';
import { historyIn } from './open-history.ts';
import { longHistory } from './random-history.ts';
import { MemoryLog } from './memory-log.ts';

/**
 * A process that follows a random log with a view in DuckDB, or in the InfluxDB of an address, and
 * says before each commit which one comes. To be killed. `argv`: site folder, view folder, seed,
 * commits that the log has already, address.
 */
const [siteFolder = '', folder = '', seed = '1', already = '0', address] = process.argv.slice(2);
const engine = address === undefined ? 'duckdb' : influxAddressOf(address, undefined);
const { commits } = longHistory(Number(seed));
const eventLog = new MemoryLog();
for (const commit of commits.slice(0, Number(already))) eventLog.commit(commit);
const history = await historyIn(folder, eventLog, readSiteFolder(siteFolder), engine);
for (let at = Number(already); at < commits.length; at += 1) {
  writeSync(1, `${at + 1}\n`);
  eventLog.commit(commits[at] ?? []);
  await history.caughtUp();
}
process.exit(0);
