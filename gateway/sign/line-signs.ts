import type { SignId } from '#contract/ids.ts';
import { FC } from '#contract/modbus.ts';
import { fadedShow, layoutShow, shownToken } from '#contract/sign-fade.ts';
import type { SignShow } from '#contract/sign-ladder.ts';
import type { GatewaySignsMessage, SignMessage } from '#contract/sign-message.ts';
import { signWritesOf } from '#contract/sign-registers.ts';
import type { ModbusSignProperties } from '#contract/site-sign.ts';
import type { Clock } from '#runtime/clock.ts';
import type { ModbusMaster } from '../bus/modbus-master.ts';

/** A display is written to at least so often: its own expiry is counted down meanwhile. */
const WRITE_EVERY_MS = 5_000;
/** One that does not answer is left alone for longer and longer; the sensors need the line. */
const FIRST_RETRY_MS = 2_000;
const LONGEST_RETRY_MS = 30_000;
/** Displays count whole seconds: what holds for less than this is replaced by what remains of it. */
const EARLY_MS = 1_500;
const WRITE_BEFORE_END_MS = 300;
const LEAST_REST_MS = 500;
/** How long a display may show what nothing is promised by, when nobody writes to it any more. */
const STATIC_S = 60;

export type SignReport = GatewaySignsMessage['signs'][number];

interface Heard {
  readonly message: SignMessage;
  readonly retained: boolean;
  /** Monotonic milliseconds. */
  readonly at: number;
}

interface Written {
  readonly tokens: readonly string[];
  readonly serial: number;
  /** Since when it shows this, and until when without another write. */
  readonly since: number;
  readonly until: number;
}

interface LineSign {
  readonly properties: ModbusSignProperties;
  heard: Heard | undefined;
  written: Written | undefined;
  dueAt: number;
  /** News comes no faster than this. */
  restsUntil: number;
  retryMs: number;
  answers: boolean;
}

/**
 * The displays on one line: what each was told, and when it is to be written to. Times are monotonic
 * milliseconds. A display without a message is left dark.
 */
export class LineSigns {
  readonly #clock: Clock;
  readonly #signs: readonly LineSign[];
  /** Somebody waits for the line: a display is to be written to sooner than it seemed. */
  onSooner: () => void = () => undefined;

  constructor(signs: readonly ModbusSignProperties[], clock: Clock) {
    this.#clock = clock;
    this.#signs = signs.map((properties) => ({
      properties,
      heard: undefined,
      written: undefined,
      dueAt: Number.POSITIVE_INFINITY,
      restsUntil: Number.NEGATIVE_INFINITY,
      retryMs: FIRST_RETRY_MS,
      answers: false,
    }));
  }

  get ids(): readonly SignId[] {
    return this.#signs.map(({ properties }) => properties.sign);
  }

  /** A lower serial is an older word; a retained one says where lots are, and no more. */
  hear(message: SignMessage, { retained }: { readonly retained: boolean }, at: number): void {
    const sign = this.#signs.find(({ properties }) => properties.sign === message.sign);
    if (sign === undefined) return;
    const { heard } = sign;
    if (heard && !heard.retained && (retained || message.serial <= heard.message.serial)) return;
    sign.heard = { message, retained, at };
    const now = this.#clock.monoMs();
    // A display that does not answer is not asked more often because there is news.
    const isLost = sign.retryMs > FIRST_RETRY_MS;
    const isNews = this.#showsOf(sign, now).map(shownToken).join() !== sign.written?.tokens.join();
    if (isLost || !(isNews || sign.dueAt === Number.POSITIVE_INFINITY)) return;
    sign.dueAt = Math.max(now, sign.restsUntil);
    this.onSooner();
  }

  /** When the line is wanted next; infinity: not yet. */
  get dueAt(): number {
    return Math.min(Number.POSITIVE_INFINITY, ...this.#signs.map(({ dueAt }) => dueAt));
  }

  /** Writes to the display that has waited longest; false: the line is lost. */
  async write(master: ModbusMaster): Promise<boolean> {
    const [sign] = this.#signs.toSorted((a, b) => a.dueAt - b.dueAt);
    if (sign?.heard === undefined) return true;
    const now = this.#clock.monoMs();
    const shows = this.#showsOf(sign, now);
    const seconds = this.#secondsOf(sign.heard, shows, now);
    const { address } = sign.properties;
    for (const { register, values } of signWritesOf(sign.properties, shows, seconds)) {
      const request = { fc: FC.writeMany, address, register, values } as const;
      const { kind } = await master.request(request);
      if (kind === 'lost') return false;
      if (kind !== 'answered') {
        this.#missed(sign);
        return true;
      }
    }
    this.#wrote(sign, shows, seconds, now);
    return true;
  }

  /** What each display shows as far as it can be known from here. */
  report(): SignReport[] {
    const now = this.#clock.monoMs();
    return this.#signs.map(({ properties, written, answers }) => {
      const isDark = written === undefined || now >= written.until;
      const since = written === undefined ? now : isDark ? written.until : written.since;
      return {
        sign: properties.sign,
        serial: written?.serial ?? null,
        rows: isDark ? properties.rows.map(() => 'blank') : [...written.tokens],
        sinceMs: Math.max(0, Math.round(now - since)),
        answers,
      };
    });
  }

  #showsOf({ heard, properties }: LineSign, now: number): SignShow[] {
    if (heard === undefined) return [];
    const { message, retained, at } = heard;
    return properties.rows.map((_, row) => {
      const show = message.rows[row]?.show ?? { kind: 'blank' };
      return retained ? layoutShow(show) : fadedShow(show, now - at + EARLY_MS, message);
    });
  }

  /** How long the display may go on with this by itself. Rounded down: never a second too long. */
  #secondsOf({ message, at }: Heard, shows: readonly SignShow[], now: number): number {
    const left = (forMs: number) => Math.floor((at + forMs - now) / 1_000);
    if (shows.some(({ kind }) => kind === 'number')) return left(message.validForMs);
    const isStatic = shows.every(({ kind }) => kind === 'parking' || kind === 'blank');
    return isStatic ? STATIC_S : left(message.wordForMs);
  }

  #wrote(sign: LineSign, shows: readonly SignShow[], seconds: number, sentAt: number): void {
    const tokens = shows.map(shownToken);
    const isSame = sign.written?.tokens.join() === tokens.join() && sentAt < sign.written.until;
    sign.written = {
      tokens,
      serial: sign.heard?.message.serial ?? 0,
      since: isSame ? (sign.written?.since ?? sentAt) : sentAt,
      until: sentAt + 1_000 * seconds,
    };
    sign.answers = true;
    sign.retryMs = FIRST_RETRY_MS;
    const nowMs = this.#clock.monoMs();
    const endsMs = sentAt + 1_000 * seconds - WRITE_BEFORE_END_MS - nowMs;
    sign.restsUntil = nowMs + LEAST_REST_MS;
    sign.dueAt = nowMs + Math.max(LEAST_REST_MS, Math.min(WRITE_EVERY_MS, endsMs));
  }

  #missed(sign: LineSign): void {
    sign.answers = false;
    sign.dueAt = this.#clock.monoMs() + sign.retryMs;
    sign.retryMs = Math.min(LONGEST_RETRY_MS, 2 * sign.retryMs);
  }
}
