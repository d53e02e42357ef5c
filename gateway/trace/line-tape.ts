import {
  accessSync,
  closeSync,
  constants,
  openSync,
  readdirSync,
  rmSync,
  statSync,
  writeSync,
} from 'node:fs';
import { join, resolve } from 'node:path';
import type { BayId, GatewayId, SiteId } from '#contract/ids.ts';
import type { LineProperties } from '#contract/site.ts';
import { makeFolder } from '#runtime/data-folder.ts';
import { ConfigError, messageOf } from '#runtime/errors.ts';
import type { Log } from '#runtime/log.ts';
import type { Running } from '#runtime/main.ts';
import type { Trouble } from '../bus/driver.ts';
import { pollPeriodOf } from '../bus/open-driver.ts';
import type { Sample } from '../sense/sample.ts';
import { encodeHeader } from './trace-header.ts';
import { encodeRow, TRACE_COLUMNS } from './trace-row.ts';
import type { Fed } from './trace-row.ts';

/** Hears what a line's detector is fed, in the same order. `at`: monotonic, whole milliseconds. */
export interface Tape {
  /** Once, before all else: from here on silence counts. */
  started(at: number): void;
  sample(bay: BayId, sample: Sample): void;
  trouble(bay: BayId, trouble: Trouble, at: number): void;
  look(at: number): void;
  anew(at: number): void;
}

export interface LineTapeOptions {
  readonly folder: string;
  readonly site: SiteId;
  readonly gateway: GatewayId;
  readonly line: LineProperties;
  readonly beside: ReadonlyMap<BayId, readonly BayId[]>;
  readonly confirmMs: number;
  /** All files of this line together stay below this. */
  readonly maxBytes: number;
  readonly wallOf: (ms: number) => number;
  readonly log: Log;
}

/** One line's files: so many are kept, so that the newest hold at least this share of the bound. */
const FILES = 4;
const BUFFER_BYTES = 65_536;
/** The two clocks drift apart by less than this between two notes of the wall time. */
const SAME_WALL_MS = 1;

type Link = Extract<Trouble, { readonly kind: 'link' }>;
interface TraceFile {
  readonly fd: number;
  readonly name: string;
  bytes: number;
}
type Row = { readonly ms: number; readonly fed: Fed };

/**
 * Writes a line's trace into files of a folder, the oldest thrown away when they grow too large. A
 * disk that takes nothing costs rows, which are counted, and never the gateway's own work.
 */
export class LineTape implements Tape, Running {
  /** Rows that could not be written. */
  lost = 0;
  readonly #options: LineTapeOptions;
  readonly #prefix: string;
  #file: TraceFile | undefined;
  #text: string[] = [];
  #textBytes = 0;
  /** A sample that waits for how its frames fared: both are one row. */
  #held: Row | undefined;
  #wallOffsetMs = 0;
  #failing = false;
  #files = 0;
  #startedMs = 0;

  /** Throws ConfigError where the folder cannot be written. */
  constructor(options: LineTapeOptions) {
    this.#options = options;
    this.#prefix = `${options.gateway}.${options.line.id}.`;
    requireRecordable(options.folder);
  }

  started(at: number): void {
    this.#startedMs = at;
    this.#wallOffsetMs = this.#options.wallOf(at) - at;
  }

  sample(bay: BayId, sample: Sample): void {
    this.#write();
    this.#held = { ms: sample.receivedAtMono, fed: { kind: 'sample', bay, sample } };
  }

  trouble(bay: BayId, trouble: Trouble, at: number): void {
    const held = this.#held;
    const goesAlong =
      trouble.kind === 'link' &&
      held?.ms === at &&
      held.fed.kind === 'sample' &&
      held.fed.bay === bay;
    if (goesAlong) return this.#write(trouble);
    this.#add({ ms: at, fed: { kind: 'trouble', bay, trouble } });
  }

  look(at: number): void {
    this.#add({ ms: at, fed: { kind: 'look' } });
    this.#flush();
  }

  anew(at: number): void {
    this.#add({ ms: at, fed: { kind: 'anew' } });
  }

  async close(): Promise<void> {
    this.#write();
    this.#flush();
    this.#closeFile();
  }

  #add(row: Row): void {
    this.#write();
    this.#held = row;
    this.#write();
  }

  #write(link?: Link): void {
    const row = this.#held;
    if (!row) return;
    this.#held = undefined;
    const text = `${encodeRow({ ...row, ...this.#wallCell(row.ms) }, link)}\n`;
    this.#text.push(text);
    this.#textBytes += text.length;
    if (this.#textBytes >= BUFFER_BYTES) this.#flush();
  }

  /** Noted when the wall clock was stepped: the header has what held when the run began. */
  #wallCell(ms: number): { readonly wallMs?: number } {
    const wallMs = this.#options.wallOf(ms);
    const offsetMs = wallMs - ms;
    const known = this.#wallOffsetMs;
    if (Math.abs(known - offsetMs) <= SAME_WALL_MS) return {};
    this.#wallOffsetMs = offsetMs;
    return { wallMs };
  }

  #flush(): void {
    const text = this.#text.join('');
    const rows = this.#text.length;
    this.#text = [];
    this.#textBytes = 0;
    if (rows === 0) return;
    try {
      const bytes = Buffer.byteLength(text);
      const file = this.#fileFor(bytes);
      if (writeSync(file.fd, text) < bytes) throw new Error('the disk is full');
      file.bytes += bytes;
      this.#failing = false;
    } catch (error) {
      this.lost += rows;
      // What comes later is no continuation of a file that lacks rows.
      this.#closeFile();
      if (!this.#failing) {
        this.#options.log.error({ reason: messageOf(error) }, 'gateway.recording.failed');
      }
      this.#failing = true;
    }
  }

  /** The file that has room for so much more; a full one is continued by the next. */
  #fileFor(bytes: number): TraceFile {
    const full = this.#file;
    if (full && full.bytes + bytes <= this.#options.maxBytes / FILES) return full;
    this.#closeFile();
    this.#file = this.#open(full?.name);
    return this.#file;
  }

  #closeFile(): void {
    if (this.#file) closeSync(this.#file.fd);
    this.#file = undefined;
  }

  #open(continues: string | undefined): TraceFile {
    const { folder, site, gateway, line, beside, confirmMs } = this.#options;
    this.#dropOldest();
    this.#files += 1;
    const name = `${this.#prefix}${this.#stamp()}-${String(this.#files).padStart(4, '0')}.csv`;
    const fd = openSync(join(folder, name), 'wx', 0o640);
    const header = encodeHeader(line, beside, {
      site,
      gateway,
      periodMs: pollPeriodOf(line),
      confirmMs,
      startedMs: this.#startedMs,
      wallOffsetMs: this.#wallOffsetMs,
      looks: 'recorded',
      continues,
    });
    const text = `${[...header, TRACE_COLUMNS.join(',')].join('\n')}\n`;
    writeSync(fd, text);
    return { fd, name, bytes: text.length };
  }

  /** E.g. 20261122T093000250Z: the same for all files of one run, so that names sort by time. */
  #stamp(): string {
    const started = new Date(this.#options.wallOf(this.#startedMs));
    return started.toISOString().replaceAll(/[-:.]/g, '');
  }

  /** Those of earlier runs too; only this line's. */
  #dropOldest(): void {
    const { folder, maxBytes } = this.#options;
    const names = readdirSync(folder).filter((name) => name.startsWith(this.#prefix));
    const mostBytes = maxBytes - maxBytes / FILES;
    let bytes = 0;
    for (const name of names.toSorted().toReversed()) {
      bytes += statSync(join(folder, name)).size;
      if (bytes > mostBytes) rmSync(join(folder, name), { force: true });
    }
  }
}

/** Makes the folder where it is missing; throws ConfigError where it cannot be written. */
export function requireRecordable(folder: string): void {
  try {
    makeFolder(resolve(folder));
    accessSync(folder, constants.W_OK);
  } catch (error) {
    throw new ConfigError([`recordings: ${folder}: ${messageOf(error)}`]);
  }
}
