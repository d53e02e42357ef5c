import type { GatewaySiteMessage, GatewaySiteStatus } from '#contract/gateway-site.ts';
import type { GatewayId, SiteId } from '#contract/ids.ts';
import type { LineProperties } from '#contract/site.ts';
import { messageOf } from '#runtime/errors.ts';
import type { Log } from '#runtime/log.ts';
import { writeKeptSite } from './kept-site.ts';
import { linesOfMessage } from './unpack-lines.ts';
import type { LineChanges } from './gateway-lines.ts';

export interface TakenSiteOptions {
  readonly site: SiteId;
  readonly gateway: GatewayId;
  readonly folder: string;
  /** The version that runs at the start; null: the gateway's own file. */
  readonly version: number | null;
  readonly apply: (lines: readonly LineProperties[]) => Promise<LineChanges>;
  readonly onApplied: (changes: LineChanges) => void;
  readonly log: Log;
}

const LONGEST_REASON = 500;

/** Takes what an api tells of the site: applied one after the other, the newest only. */
export class TakenSite {
  readonly #options: TakenSiteOptions;
  #version: number | null;
  #refused: GatewaySiteStatus['refused'] = null;
  #isTold = false;
  #waiting: GatewaySiteMessage | undefined;
  #applying: Promise<void> | undefined;

  constructor(options: TakenSiteOptions) {
    this.#options = options;
    this.#version = options.version;
  }

  /** undefined until an api has told of any: an older one would not understand it. */
  status(): GatewaySiteStatus | undefined {
    return this.#isTold ? { version: this.#version, refused: this.#refused } : undefined;
  }

  hear(message: GatewaySiteMessage): void {
    this.#isTold = true;
    this.#waiting = message;
    this.#applying ??= this.#applyAll();
  }

  async close(): Promise<void> {
    this.#waiting = undefined;
    await this.#applying;
  }

  async #applyAll(): Promise<void> {
    for (let next = this.#waiting; next !== undefined; next = this.#waiting) {
      this.#waiting = undefined;
      await this.#take(next);
    }
    this.#applying = undefined;
  }

  async #take(message: GatewaySiteMessage): Promise<void> {
    const { site, gateway, folder, apply, onApplied, log } = this.#options;
    const { version } = message;
    const read = linesOfMessage(gateway, message);
    if (!read.ok) {
      const reason = read.problems.join('; ').slice(0, LONGEST_REASON);
      log.error({ version, reason, runs: this.#version }, 'gateway.site.refused');
      this.#refused = { version, reason };
      onApplied({ added: [], changed: [], removed: [] });
      return;
    }
    const changes = await apply(read.lines);
    this.#version = version;
    this.#refused = null;
    try {
      writeKeptSite(folder, site, message);
    } catch (error) {
      // It runs all the same, and is told again after the next start.
      log.error({ version, reason: messageOf(error) }, 'gateway.site.notKept');
    }
    log.info({ version, ...changes }, 'gateway.site.taken');
    onApplied(changes);
  }
}
