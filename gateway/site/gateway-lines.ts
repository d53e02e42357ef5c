import type { BayId, LineId } from '#contract/ids.ts';
import type { LineProperties, SensorProperties } from '#contract/site.ts';
import type { LineWatch } from '../line-watch.ts';

/** A line that is watched: its port is open, or is tried again and again. */
export interface OpenedLine {
  readonly watch: LineWatch;
  readonly close: () => Promise<void>;
}

export interface GatewayLinesOptions {
  /** `share`: of the lines before it, so that they are not all polled at once. */
  readonly open: (line: LineProperties, share: number, before: LineWatch | undefined) => OpenedLine;
  /** These bays are watched from now on, by this gateway for the first time in this run. */
  readonly onAdded: (bays: readonly BayId[]) => void;
}

export interface LineChanges {
  readonly added: readonly LineId[];
  readonly changed: readonly LineId[];
  readonly removed: readonly LineId[];
}

interface Kept extends OpenedLine {
  readonly line: LineProperties;
}

/** The gateway's lines as the site has them; what a new version leaves alone is not touched. */
export class GatewayLines {
  readonly #options: GatewayLinesOptions;
  #kept: readonly Kept[] = [];

  constructor(options: GatewayLinesOptions, lines: readonly LineProperties[]) {
    this.#options = options;
    this.#kept = lines.map((line, at) => this.#open(line, at / lines.length, undefined));
  }

  get watches(): readonly LineWatch[] {
    return this.#kept.map(({ watch }) => watch);
  }
  get lines(): readonly LineProperties[] {
    return this.#kept.map(({ line }) => line);
  }

  /** One at a time. A port is let go before another line may ask for it. */
  async apply(lines: readonly LineProperties[]): Promise<LineChanges> {
    const before = new Map(this.#kept.map((kept) => [kept.line.id, kept]));
    const next = new Map(lines.map((line) => [line.id, line]));
    const watched = new Set(this.#kept.flatMap(({ line }) => line.sensors.map(({ bay }) => bay)));
    const left = this.#kept.filter(({ line }) => !isSame(line, next.get(line.id)));
    this.#kept = this.#kept.filter((kept) => !left.includes(kept));
    for (const { line, watch, close } of left) {
      await close();
      watch.end(untouchedBays(line, next.get(line.id)));
    }
    this.#kept = lines.map((line, at) => {
      const old = before.get(line.id);
      if (old && isSame(old.line, line)) return old;
      return this.#open(line, at / lines.length, old?.watch);
    });
    const bays = lines.flatMap((line) => line.sensors.map(({ bay }) => bay));
    this.#options.onAdded(bays.filter((bay) => !watched.has(bay)));
    return {
      added: [...next.keys()].filter((id) => !before.has(id)),
      changed: left.map(({ line }) => line.id).filter((id) => next.has(id)),
      removed: [...before.keys()].filter((id) => !next.has(id)),
    };
  }

  async close(): Promise<void> {
    const kept = this.#kept;
    this.#kept = [];
    await Promise.all(kept.map(({ close }) => close()));
  }

  #open(line: LineProperties, share: number, before: LineWatch | undefined): Kept {
    const { watch, close } = this.#options.open(line, share, before);
    return { line, watch, close };
  }
}

/** Bays of sensors that are the same on the same line, whatever else of the line changed. */
export function untouchedBays(
  before: LineProperties,
  after: LineProperties | undefined,
): ReadonlySet<BayId> {
  const sensors = new Map<BayId, SensorProperties>(
    after?.sensors.map((sensor) => [sensor.bay, sensor]),
  );
  return new Set(
    before.sensors.filter((sensor) => isSame(sensor, sensors.get(sensor.bay))).map((s) => s.bay),
  );
}

/** Both were parsed by one schema, so that their keys stand in one order. */
const isSame = (a: object, b: object | undefined): boolean =>
  JSON.stringify(a) === JSON.stringify(b);
