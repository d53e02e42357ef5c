import { calendarOf } from '#contract/calendar.ts';
import { deadlines } from '#contract/deadlines.ts';
import { isWithinHours } from '#contract/hours.ts';
import type { LotId, SignId } from '#contract/ids.ts';
import { controlledStep } from '#contract/sign-control.ts';
import type { SignControlChange } from '#contract/sign-control.ts';
import { shownToken } from '#contract/sign-fade.ts';
import { ladderOf } from '#contract/sign-ladder.ts';
import type { LadderMemory, SignStep } from '#contract/sign-ladder.ts';
import type { SignMessage, SignRow } from '#contract/sign-message.ts';
import type { SignRowProperties } from '#contract/site-sign.ts';
import type { LocalText, Lot, Sign } from '#contract/site.ts';
import type { EffectiveSite } from '#contract/site-overlay.ts';
import type { Clock } from '#runtime/clock.ts';
import { holidaysBeside } from '../site/holidays.ts';
import type { LiveStateReader } from '../state/live-state.ts';
import type { SensorHealthReader } from '../state/sensor-health.ts';
import { LotTrust } from './lot-trust.ts';
import { lotCountOf } from './lot-count.ts';
import type { LotCount } from './lot-count.ts';

export interface SignBoardOptions extends Pick<EffectiveSite, 'site' | 'closedLots'> {
  readonly liveState: Pick<LiveStateReader, 'lot'>;
  readonly sensors: Pick<SensorHealthReader, 'all'>;
  /** In force now, in the order in which they were made. */
  readonly controlsOf: (sign: SignId) => readonly SignControlChange[];
  readonly nextSerial: () => number;
  readonly clock: Clock;
}

/** What a sign is to show, and since when. */
export interface Decided {
  readonly sign: Sign;
  readonly rows: readonly SignRow[];
  readonly tokens: readonly string[];
  /** Epoch milliseconds. */
  readonly since: number;
  /** What it was to show before, and until when by the monotonic clock; of the last seconds. */
  readonly recent: readonly { readonly tokens: readonly string[]; readonly untilMs: number }[];
  readonly validForMs: number;
  readonly wordForMs: number;
}

/** How soon a change reaches the signs. */
const LOOK_EVERY_MS = 500;
const NIGHT = { from: '22:00', to: '06:00' } as const;
const MOST_NAME = 60;
const RECENT_MS = 10_000;

interface Known {
  readonly count: LotCount;
  readonly step: SignStep;
}

/** Decides for every sign of the site what it is to show, twice a second. */
export class SignBoard {
  readonly #options: SignBoardOptions;
  readonly #trust: LotTrust;
  readonly #listeners = new Set<(sign: SignId) => void>();
  readonly #memory = new Map<LotId, LadderMemory>();
  #site: SignBoardOptions['site'];
  #closedLots: ReadonlySet<LotId>;
  #lots: ReadonlyMap<LotId, Lot> = new Map();
  #decided = new Map<SignId, Decided>();
  #lookedMs = 0;
  readonly #timer: NodeJS.Timeout;

  constructor(options: SignBoardOptions) {
    this.#options = options;
    this.#trust = new LotTrust(options.sensors, options.clock);
    this.#site = options.site;
    this.#closedLots = options.closedLots;
    this.changeSite(options);
    this.#timer = setInterval(() => this.look(), LOOK_EVERY_MS);
  }

  get simulated(): boolean {
    return this.#site.simulated;
  }

  all(): readonly Decided[] {
    return [...this.#decided.values()];
  }

  of(sign: SignId): Decided | undefined {
    return this.#decided.get(sign);
  }

  onChanged(listener: (sign: SignId) => void): () => void {
    this.#listeners.add(listener);
    return () => void this.#listeners.delete(listener);
  }

  changeSite({ site, closedLots }: Pick<EffectiveSite, 'site' | 'closedLots'>): void {
    this.#site = site;
    this.#closedLots = closedLots;
    this.#lots = new Map(site.lots.map((lot) => [lot.properties.id, lot]));
    const signs = new Set(site.signs.map(({ properties }) => properties.id));
    for (const sign of this.#decided.keys()) if (!signs.has(sign)) this.#decided.delete(sign);
    for (const lot of this.#memory.keys()) if (!this.#lots.has(lot)) this.#memory.delete(lot);
    this.look();
  }

  /** Decides anew, and tells whose rows are other ones now. */
  look(): void {
    const { clock } = this.#options;
    const [now, nowMs] = [clock.wallMs(), clock.monoMs()];
    this.#lookedMs = nowMs;
    const known = new Map<LotId, Known>();
    for (const sign of this.#site.signs) {
      const { id } = sign.properties;
      const before = this.#decided.get(id);
      const decided = this.#decide(sign, known, now, nowMs, before);
      this.#decided.set(id, decided);
      if (decided.rows !== before?.rows) {
        for (const listener of this.#listeners) listener(id);
      }
    }
  }

  /** With a serial of its own; undefined: no such sign. */
  message(sign: SignId): SignMessage | undefined {
    const decided = this.#decided.get(sign);
    if (decided === undefined) return undefined;
    const { nextSerial, clock } = this.#options;
    const { name, lastly = 'blank', form = 'text', night = NIGHT } = decided.sign.properties;
    const now = clock.wallMs();
    const agedMs = clock.monoMs() - this.#lookedMs;
    const { timeZone } = this.#site.header;
    const nights = { weekday: [night], saturday: [night], sunday: [night], holiday: [night] };
    return {
      v: 1,
      sign,
      serial: nextSerial(),
      publishedAt: now,
      validForMs: Math.max(1, Math.round(decided.validForMs - agedMs)),
      wordForMs: Math.max(1, Math.round(decided.wordForMs - agedMs)),
      lastly,
      simulated: this.#site.simulated,
      brightness:
        night.from !== night.to && isWithinHours(nights, now, calendarOf(timeZone, []))
          ? 'night'
          : 'day',
      languages: this.#languagesOf(decided.sign),
      form,
      title: this.#namesOf(decided.sign, name),
      rows: [...decided.rows],
    };
  }

  close(): void {
    clearInterval(this.#timer);
    this.#listeners.clear();
  }

  #decide(
    sign: Sign,
    known: Map<LotId, Known>,
    now: number,
    nowMs: number,
    before: Decided | undefined,
  ): Decided {
    const controls = this.#options.controlsOf(sign.properties.id);
    const knownOf = (lot: LotId): Known => {
      const there = known.get(lot) ?? this.#know(lot, now, nowMs);
      known.set(lot, there);
      return there;
    };
    let freshForMs: number = deadlines.signNumberMs;
    let wordForMs: number = deadlines.signBandMs;
    const rows = sign.properties.rows.map((row, at): SignRow => {
      const { count, step } = knownOf(row.lot);
      const said = controlledStep(step, count.capacity, at + 1, controls);
      const isByHand = said.cause === 'override' || said.cause === 'testPattern';
      const used = isByHand ? [] : [{ count, show: said.show }];
      const instead = this.#insteadOf(sign, row, said, knownOf);
      if (instead) used.push(instead);
      for (const { count: each, show } of used) {
        if (show.kind === 'number') freshForMs = Math.min(freshForMs, each.freshForMs);
        if ('band' in show || show.kind === 'full') wordForMs = Math.min(wordForMs, each.wordForMs);
      }
      return {
        lot: row.lot,
        arrow: row.arrow,
        names: this.#namesOf(sign, row.label ?? this.#lots.get(row.lot)?.properties.name ?? {}),
        show: said.show,
        cause: said.cause,
        ...(instead && { instead: instead.row }),
      };
    });
    const tokens = rows.map(({ show }) => shownToken(show));
    const isSame = before !== undefined && JSON.stringify(before.rows) === JSON.stringify(rows);
    const isSaidSame = before !== undefined && before.tokens.join(' ') === tokens.join(' ');
    const past =
      isSaidSame || before === undefined ? [] : [{ tokens: before.tokens, untilMs: nowMs }];
    const recent = (before?.recent ?? []).filter(({ untilMs }) => nowMs - untilMs < RECENT_MS);
    return {
      sign,
      rows: isSame ? before.rows : rows,
      tokens,
      since: isSaidSame ? before.since : now,
      recent: [...recent, ...past],
      validForMs: Math.min(freshForMs, wordForMs),
      wordForMs,
    };
  }

  #know(id: LotId, now: number, nowMs: number): Known {
    const lot = this.#lots.get(id);
    if (lot === undefined)
      throw new Error(`no lot ${id} for a sign; the site's check lets none by`);
    const { header } = this.#site;
    const count = lotCountOf({
      lot,
      live: this.#options.liveState.lot(id),
      isOutOfService: this.#closedLots.has(id),
      confidence: this.#trust.of(id),
      now,
      calendar: calendarOf(header.timeZone, holidaysBeside(now, header)),
    });
    if ('said' in count) {
      this.#memory.delete(id);
      return { count, step: count.said };
    }
    const memory = ladderOf(count.input, this.#memory.get(id), nowMs);
    this.#memory.set(id, memory);
    return { count, step: memory.step };
  }

  /** The first of the lots that the site file allows for this row that has more than a few bays. */
  #insteadOf(
    sign: Sign,
    { whenFull }: SignRowProperties,
    { show }: SignStep,
    knownOf: (lot: LotId) => Known,
  ) {
    if (show.kind !== 'full' && show.kind !== 'closed') return undefined;
    for (const { lot, arrow } of whenFull ?? []) {
      const { count, step } = knownOf(lot);
      if (!('band' in step.show) || step.show.band === 'few') continue;
      const names = this.#namesOf(sign, this.#lots.get(lot)?.properties.name ?? {});
      return { count, show: step.show, row: { lot, arrow, names, show: step.show } };
    }
    return undefined;
  }

  #languagesOf(sign: Sign): string[] {
    return sign.properties.languages ?? this.#site.header.languages.slice(0, 1);
  }

  /** Once where the languages say the same. */
  #namesOf(sign: Sign, texts: LocalText): string[] {
    const [first = ''] = this.#site.header.languages;
    const fallback = texts[first] ?? Object.values(texts)[0] ?? '';
    const names = this.#languagesOf(sign).map((language) => texts[language] ?? fallback);
    return [...new Set(names)].map((name) => name.slice(0, MOST_NAME));
  }
}
