import { problemLines, readSite } from '#contract/site-check.ts';
import type { Site } from '#contract/site-check.ts';
import { effectiveSiteOf, missingIn, nextOverlayEdge } from '#contract/site-overlay.ts';
import type { EffectiveSite, SiteOverlay } from '#contract/site-overlay.ts';
import { isoOf } from '#contract/time.ts';
import type { Clock } from '#runtime/clock.ts';
import { ConfigError, messageOf, RejectedError } from '#runtime/errors.ts';
import type { Log } from '#runtime/log.ts';
import { parseSiteText } from '#runtime/site-folder.ts';
import type { SiteFile } from '#runtime/site-folder.ts';
import { placementsOf, versionSpans } from './placements.ts';
import type { Placements } from './placements.ts';
import { knowParts, revisionOf } from './site-revision.ts';
import type { NewOverlay, SiteStore, StoredVersion } from './site-store.ts';

/** The site as it holds now. */
export interface SiteNow extends EffectiveSite {
  readonly version: number;
  /** Epoch milliseconds. */
  readonly validFrom: number;
  /** Changes whenever anything of the effective site does. */
  readonly revision: string;
}

export type KnownVersion = Omit<StoredVersion, 'text'> & { readonly site: Site };

/** The versions of the site that this api has ever run, and the one that holds now. */
export interface SiteReader {
  readonly now: SiteNow;
  readonly versions: readonly KnownVersion[];
  /** In force, or to come. */
  readonly overlays: readonly SiteOverlay[];
  readonly placements: Placements;
  /** As the file said it at an instant, without overlays. */
  siteAt(at: number): Site;
}

export interface SiteWriter {
  /** Throws RejectedError('invalid_site') with every problem; then nothing has changed. */
  apply(text: string, by: { readonly author: string; readonly validFrom?: number }): KnownVersion;
  /** An earlier version holds again from now on, as a new version. Throws RejectedError. */
  rollBack(version: number, author: string): KnownVersion;
  lay(overlay: NewOverlay): SiteOverlay;
  /** Throws RejectedError('unknown_overlay'). */
  endOverlay(id: string, author: string): void;
}

/** A timer of Node's holds 24 days at most; a clock may be set meanwhile. */
const LOOK_AT_LEAST_MS = 60_000;

/** The one place that knows which site holds: keeps every version, tells when another one holds. */
export class RunningSite implements SiteReader, SiteWriter {
  readonly #store: SiteStore;
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #listeners = new Set<(now: SiteNow) => void>();
  readonly #overlayListeners = new Set<() => void>();
  #versions: readonly KnownVersion[];
  #overlays: readonly SiteOverlay[];
  #placements: Placements = new Map();
  #spans: ReturnType<typeof versionSpans<KnownVersion>> = [];
  #now: SiteNow;
  #timer: NodeJS.Timeout | undefined;

  /** `newFile`: what the site folder says; undefined where it is kept already, or cannot be used. */
  constructor(
    store: SiteStore,
    newFile: SiteFile | undefined,
    { clock, log }: { readonly clock: Clock; readonly log: Log },
  ) {
    this.#store = store;
    this.#clock = clock;
    this.#log = log;
    const stored = store.versions();
    this.#versions = stored.flatMap((version) => this.#readable(version));
    if (newFile !== undefined) {
      const { text, site } = newFile;
      const problems = problemsBeside(site, this.#versions.at(-1)?.site);
      if (problems.length > 0) throw new RejectedError('invalid_site', problems.join('\n'));
      this.#versions = [...this.#versions, this.#add({ text, site }, { author: 'site folder' })];
    }
    if (this.#versions.length === 0) throw new ConfigError(['siteFolder: no usable site file']);
    this.#overlays = store.overlays(clock.wallMs());
    this.#arrange();
    this.#now = this.#holding();
    this.#lookAgain();
  }

  get now(): SiteNow {
    return this.#now;
  }
  get versions(): readonly KnownVersion[] {
    return this.#versions;
  }
  get overlays(): readonly SiteOverlay[] {
    return this.#overlays;
  }
  get placements(): Placements {
    return this.#placements;
  }

  siteAt(at: number): Site {
    return this.#versionAt(at).site;
  }

  onChanged(listener: (now: SiteNow) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  apply(text: string, by: { readonly author: string; readonly validFrom?: number }): KnownVersion {
    const site = checkedSite(text, this.#versions.at(-1)?.site);
    const version = this.#add({ text, site }, by);
    this.#versions = [...this.#versions, version];
    this.#arrange();
    const { version: number, validFrom, author, sha } = version;
    this.#log.warn(
      { version: number, validFrom: isoOf(validFrom), author, sha },
      'api.site.applied',
    );
    this.#look();
    return version;
  }

  rollBack(version: number, author: string): KnownVersion {
    const stored = this.#store.versions().find((one) => one.version === version);
    if (!stored) throw new RejectedError('unknown_version', `There is no version ${version}.`);
    return this.apply(stored.text, { author, validFrom: this.#clock.wallMs() });
  }

  lay(overlay: NewOverlay): SiteOverlay {
    const missing = missingIn(this.#now.site, overlay);
    if (missing !== undefined) {
      throw new RejectedError('invalid_request', `change: the site has no ${missing}.`);
    }
    const made = this.#store.addOverlay(overlay, this.#clock.wallMs());
    this.#overlays = [...this.#overlays, made];
    this.#log.warn({ overlay: made }, 'site.overlay.laid');
    this.#look();
    for (const listener of this.#overlayListeners) listener();
    return made;
  }

  endOverlay(id: string, author: string): void {
    const overlay = this.#overlays.find((one) => one.id === id);
    if (!overlay) throw new RejectedError('unknown_overlay', `No overlay "${id}" is in force.`);
    this.#store.endOverlay(overlay, author, this.#clock.wallMs());
    this.#overlays = this.#overlays.filter((one) => one.id !== id);
    this.#log.warn({ id, author }, 'site.overlay.ended');
    this.#look();
    for (const listener of this.#overlayListeners) listener();
  }

  /** An overlay was laid or ended here, whether it holds now or not. */
  onOverlaysChanged(listener: () => void): void {
    this.#overlayListeners.add(listener);
  }

  /** What another api says is laid over the site, instead of all that was; it is kept there. */
  followOverlays(overlays: readonly SiteOverlay[]): void {
    this.#overlays = overlays;
    this.#look();
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#listeners.clear();
    this.#overlayListeners.clear();
  }

  /** Whether another site holds by now; its own timer calls it. */
  #look(): void {
    const at = this.#clock.wallMs();
    this.#overlays = this.#overlays.filter(({ until }) => until === null || Date.parse(until) > at);
    const holding = this.#holding();
    this.#lookAgain();
    if (holding.revision === this.#now.revision && holding.version === this.#now.version) return;
    this.#now = holding;
    for (const listener of this.#listeners) listener(holding);
  }

  #lookAgain(): void {
    clearTimeout(this.#timer);
    const at = this.#clock.wallMs();
    const edges = this.#versions.map(({ validFrom }) => validFrom).filter((edge) => edge > at);
    const next = Math.min(...edges, nextOverlayEdge(this.#overlays, at) ?? Infinity);
    const waitMs = Math.min(LOOK_AT_LEAST_MS, Math.max(1, next - at));
    this.#timer = setTimeout(() => this.#look(), waitMs);
  }

  #arrange(): void {
    this.#placements = placementsOf(this.#versions);
    this.#spans = versionSpans(this.#versions);
  }

  #holding(): SiteNow {
    const at = this.#clock.wallMs();
    const { version, validFrom, site } = this.#versionAt(at);
    const effective = effectiveSiteOf(site, this.#overlays, at);
    const revision = revisionOf(effective);
    return { version, validFrom, revision, ...effective };
  }

  #versionAt(at: number): KnownVersion {
    const spans = this.#spans;
    const version = (spans.findLast(({ from }) => from <= at) ?? spans[0])?.version;
    if (!version) throw new Error('a running site has a version');
    return version;
  }

  #add(
    { text, site }: SiteFile,
    { author, validFrom }: { readonly author: string; readonly validFrom?: number },
  ): KnownVersion {
    const last = this.#versions.at(-1);
    const said = Date.parse(site.header.validFrom);
    const now = this.#clock.wallMs();
    // A file whose date was left as it was is meant from now on, not for the past.
    const from = validFrom ?? (last === undefined || said > last.validFrom ? said : now);
    const { text: _, ...stored } = this.#store.add({
      text,
      author,
      appliedAt: now,
      validFrom: from,
    });
    knowParts(site, stored.sha);
    return { ...stored, site };
  }

  /** A version that an older program took may be refused today: its time is another version's. */
  #readable({ text, ...version }: StoredVersion): KnownVersion[] {
    try {
      const site = checkedSite(text, undefined);
      knowParts(site, version.sha);
      return [{ ...version, site }];
    } catch (error) {
      const reason = messageOf(error);
      this.#log.error({ version: version.version, reason }, 'site.version.unreadable');
      return [];
    }
  }
}

/** Throws RejectedError('invalid_site') with every problem of the text. */
export function checkedSite(text: string, running: Site | undefined): Site {
  const problems: string[] = [];
  const json = parseSiteText(text, problems);
  const read = problems.length > 0 ? undefined : readSite(json);
  if (read && !read.ok) problems.push(...problemLines(read.problems));
  if (read?.ok) problems.push(...problemsBeside(read.site, running));
  if (read?.ok && problems.length === 0) return read.site;
  throw new RejectedError('invalid_site', problems.join('\n'));
}

/** Why a good site cannot follow the one that runs. */
function problemsBeside(site: Site, running: Site | undefined): string[] {
  const problems: string[] = [];
  if (running && site.header.site !== running.header.site) {
    const { site: id } = running.header;
    problems.push(`file: binjari.site: "${id}", which runs here; another site is another api`);
  }
  if (running && site.simulated !== running.simulated) {
    const [here, there] = running.simulated ? ['invented', 'real'] : ['real', 'invented'];
    problems.push(
      `file: the history here is ${here} and this site's would be ${there}: give it a data folder of its own`,
    );
  }
  return problems;
}
