import { deadlines } from '#contract/deadlines.ts';
import { HEALTH_STATES } from '#contract/health.ts';
import type { HealthMessage, HealthReason, HealthState, SensorCounters } from '#contract/health.ts';
import type { BayId, GatewayId, LineId, LotId, SensorId } from '#contract/ids.ts';
import type { Site } from '#contract/site-check.ts';
import type { Clock } from '#runtime/clock.ts';
import { SensorTrends } from './sensor-trends.ts';
import type { TrendStep } from './sensor-trends.ts';

/** How far one sensor of the site may be trusted now. Times are epoch milliseconds. */
export interface KnownSensor {
  readonly sensor: SensorId;
  readonly bay: BayId;
  readonly lot: LotId | null;
  readonly gateway: GatewayId;
  readonly line: LineId;
  readonly state: HealthState;
  readonly reasons: readonly HealthReason[];
  /** By its gateway's clock, or, of a gateway that is gone, when that was last heard. */
  readonly since: number | null;
  /** As its gateway last told them, be it long ago. */
  readonly counters: SensorCounters | null;
  /** When the gateway last told of it, by the api's clock; null: not since the api's start. */
  readonly toldAt: number | null;
}

export interface SensorHealthReader {
  /** All sensors of the site, in its order. */
  all(): readonly KnownSensor[];
  countByState(): Readonly<Record<HealthState, number>>;
  /** How a sensor did in the last day, the step of `at` (epoch milliseconds) last. */
  trendOf(sensor: SensorId, at: number): readonly TrendStep[];
}

interface Told {
  readonly message: HealthMessage;
  readonly at: number;
  readonly retained: boolean;
}

interface Word {
  readonly at: number;
  readonly mono: number;
}

type Placed = Pick<KnownSensor, 'sensor' | 'bay' | 'lot' | 'gateway' | 'line'>;

/** The site's sensors of one line: its gateway tells of them together. */
interface PlacedLine {
  readonly gateway: GatewayId;
  readonly sensors: readonly Placed[];
}

const SILENCE: readonly HealthReason[] = ['silence'];

/**
 * What gateways tell of their sensors. Nothing that the broker kept says anything of now: a sensor
 * whose gateway has not been heard within the deadline is offline.
 */
export class SensorHealths implements SensorHealthReader {
  readonly #clock: Clock;
  /** In the order of the site. */
  #lines: ReadonlyMap<string, PlacedLine> = new Map();
  #closedBays: ReadonlySet<BayId> = new Set();
  readonly #trends = new SensorTrends();
  readonly #told = new Map<string, Told>();
  /** The last live word of each gateway; removed when it says, or its last will does, that it goes. */
  readonly #words = new Map<GatewayId, Word & { readonly gone: boolean }>();

  constructor(site: Site, clock: Clock) {
    this.#clock = clock;
    this.changeSite(site, new Set());
  }

  /** What was told of a sensor that is still there goes on. */
  changeSite(site: Site, closedBays: ReadonlySet<BayId>): void {
    this.#closedBays = closedBays;
    const lots = new Map(site.bays.map(({ properties }) => [properties.id, properties.lot]));
    const placed = new Map<string, PlacedLine>();
    for (const { id: gateway, lines } of site.gateways.map(({ properties }) => properties)) {
      for (const { id: line, sensors: ofLine } of lines) {
        const sensors = ofLine.map(({ id: sensor, bay }): Placed => {
          return { sensor, bay, lot: lots.get(bay) ?? null, gateway, line };
        });
        placed.set(keyOf(gateway, line), { gateway, sensors });
      }
    }
    this.#lines = placed;
    const all = [...placed.values()].flatMap(({ sensors }) => sensors);
    this.#trends.keepOnly(new Set(all.map(({ sensor }) => sensor)));
  }

  /** Of a line that the site does not have nothing is kept. `heardAt`: epoch milliseconds. */
  hear(gateway: GatewayId, message: HealthMessage, heardAt: number, retained: boolean): void {
    const key = keyOf(gateway, message.line);
    const line = this.#lines.get(key);
    if (line === undefined) return;
    // A kept copy that comes after a live word is older than that word.
    if (retained && this.#told.get(key)?.retained === false) return;
    this.#told.set(key, { message, at: heardAt, retained });
    if (retained) return;
    const placed = new Set(line.sensors.map((one) => one.sensor));
    for (const { sensor, state, counters } of message.sensors) {
      if (placed.has(sensor)) this.#trends.hear(sensor, state, counters, heardAt);
    }
  }

  /** A gateway spoke, of whatever, and not by a copy that the broker had kept. */
  hearWord(gateway: GatewayId, heardAt: number, heardMono: number): void {
    this.#words.set(gateway, { at: heardAt, mono: heardMono, gone: false });
  }

  hearGone(gateway: GatewayId): void {
    const word = this.#words.get(gateway);
    if (word) this.#words.set(gateway, { ...word, gone: true });
  }

  all(): readonly KnownSensor[] {
    const now = this.#clock.monoMs();
    const known: KnownSensor[] = [];
    for (const [key, line] of this.#lines) this.#addKnown(known, key, line, now);
    return known;
  }

  trendOf(sensor: SensorId, at: number): readonly TrendStep[] {
    return this.#trends.of(sensor, at);
  }

  countByState(): Readonly<Record<HealthState, number>> {
    const counts = Object.fromEntries(HEALTH_STATES.map((state) => [state, 0])) as Record<
      HealthState,
      number
    >;
    for (const { state } of this.all()) counts[state] += 1;
    return counts;
  }

  /** What is the same for all of a line is asked once: a city has a hundred thousand sensors. */
  #addKnown(
    known: KnownSensor[],
    key: string,
    { gateway, sensors }: PlacedLine,
    now: number,
  ): void {
    const told = this.#told.get(key);
    const saidOf = new Map(told?.message.sensors.map((said) => [said.sensor, said]));
    const word = this.#words.get(gateway);
    const isLive =
      told?.retained === false &&
      word !== undefined &&
      !word.gone &&
      now - word.mono <= deadlines.apiUnknownMs;
    const toldAt = told?.at ?? null;
    // Each is written out: copied together, a hundred thousand of them took ten times as long.
    for (const { sensor, bay, lot, line } of sensors) {
      const said = saidOf.get(sensor);
      const live = isLive ? said : undefined;
      // Whatever it says while its bay is out of service, nobody needs to go there for it.
      const isClosed = this.#closedBays.has(bay);
      known.push({
        sensor,
        bay,
        lot,
        gateway,
        line,
        state: isClosed ? 'maintenance' : (live?.state ?? 'offline'),
        reasons: live?.reasons ?? SILENCE,
        since: live ? live.since : (word?.at ?? null),
        counters: said?.counters ?? null,
        toldAt,
      });
    }
  }
}

const keyOf = (gateway: GatewayId, line: LineId): string => `${gateway}/${line}`;
