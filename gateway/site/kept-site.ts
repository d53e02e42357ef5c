import {
  closeSync,
  existsSync,
  fsyncSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { GatewaySiteMessage } from '#contract/gateway-site.ts';
import type { GatewayId } from '#contract/ids.ts';
import { SiteId } from '#contract/ids.ts';
import type { LineProperties } from '#contract/site.ts';
import { messageOf } from '#runtime/errors.ts';
import type { Log } from '#runtime/log.ts';
import { linesOfMessage } from './unpack-lines.ts';

/** What a gateway watches. `version` null: its own file's word. Times are epoch milliseconds. */
export interface OwnSite {
  readonly site: SiteId;
  readonly version: number | null;
  readonly validFrom: number;
  readonly lines: readonly LineProperties[];
}

const FILE = 'site.json';
const Kept = z.strictObject({ site: SiteId, message: GatewaySiteMessage });

/** The last good one that an api told, from the data folder; undefined: none, or none that is usable. */
export function readKeptSite(folder: string, gateway: GatewayId, log: Log): OwnSite | undefined {
  const path = join(folder, FILE);
  if (!existsSync(path)) return undefined;
  try {
    const { site, message } = Kept.parse(JSON.parse(readFileSync(path, 'utf8')));
    const read = linesOfMessage(gateway, message);
    if (!read.ok) throw new Error(read.problems.join('; '));
    return { site, version: message.version, validFrom: message.validFrom, lines: read.lines };
  } catch (error) {
    log.error({ path, reason: messageOf(error) }, 'gateway.site.keptUnusable');
    return undefined;
  }
}

/** Whole or not at all, also through a power cut; throws what the file system throws. */
export function writeKeptSite(folder: string, site: SiteId, message: GatewaySiteMessage): void {
  const path = join(folder, FILE);
  const beside = `${path}.new`;
  writeFileSync(beside, JSON.stringify({ site, message }));
  const handle = openSync(beside, 'r+');
  try {
    fsyncSync(handle);
  } finally {
    closeSync(handle);
  }
  renameSync(beside, path);
}
