import type { GatewayId, LineId, SignId, SiteId } from '#contract/ids.ts';
import type { LineProperties } from '#contract/site.ts';
import type { Clock } from '#runtime/clock.ts';
import { messageOf } from '#runtime/errors.ts';
import type { Log } from '#runtime/log.ts';
import type { MqttLink } from '#runtime/typed-mqtt.ts';
import { LineSigns } from './line-signs.ts';

export interface GatewaySignsOptions {
  readonly site: SiteId;
  readonly gateway: GatewayId;
  readonly link: Pick<MqttLink, 'subscribe' | 'publish' | 'connected'>;
  readonly clock: Clock;
  readonly log: Log;
}

/** The console sees a display that shows something else within 10 s. */
const REPORT_EVERY_MS = 3_000;

/** The displays on a gateway's lines: hears their topics, and tells the api what was written. */
export class GatewaySigns {
  readonly #options: GatewaySignsOptions;
  readonly #lines = new Map<LineId, LineSigns>();
  readonly #heard = new Set<SignId>();
  readonly #timer: NodeJS.Timeout;

  constructor(options: GatewaySignsOptions) {
    this.#options = options;
    this.#timer = setInterval(() => void this.#report(), REPORT_EVERY_MS);
  }

  /** The displays of a line that is opened, by what the site says of it now. */
  of({ id, signs }: LineProperties): LineSigns | undefined {
    this.#lines.delete(id);
    if (signs === undefined) return undefined;
    const line = new LineSigns(signs, this.#options.clock);
    this.#lines.set(id, line);
    for (const sign of line.ids) this.#listenFor(sign);
    return line;
  }

  /** Only these lines are there any more. */
  keep(lines: ReadonlySet<LineId>): void {
    for (const id of this.#lines.keys()) if (!lines.has(id)) this.#lines.delete(id);
  }

  close(): void {
    clearInterval(this.#timer);
  }

  /** Once in a run: a subscription outlives the line, and what nobody writes any more is dropped. */
  #listenFor(sign: SignId): void {
    if (this.#heard.has(sign)) return;
    this.#heard.add(sign);
    const { link, site } = this.#options;
    link.subscribe('sign', { site, sign }, ({ payload, retained, receivedMonoMs }) => {
      for (const line of this.#lines.values()) line.hear(payload, { retained }, receivedMonoMs);
    });
  }

  async #report(): Promise<void> {
    const { link, site, gateway, clock, log } = this.#options;
    const signs = [...this.#lines.values()].flatMap((line) => line.report());
    if (signs.length === 0 || !link.connected) return;
    try {
      const message = { v: 1, publishedAt: clock.wallMs(), signs } as const;
      await link.publish('gatewaySigns', { site, gateway }, message);
    } catch (error) {
      // The next one comes in seconds.
      log.debug({ reason: messageOf(error) }, 'gateway.signs.unsent');
    }
  }
}
