import { HEALTH_EVERY_MS } from '#contract/health.ts';
import type { GatewayId, SiteId } from '#contract/ids.ts';
import type { Clock } from '#runtime/clock.ts';
import { messageOf, UnavailableError } from '#runtime/errors.ts';
import type { Log } from '#runtime/log.ts';
import type { Running } from '#runtime/main.ts';
import type { MqttLink } from '#runtime/typed-mqtt.ts';
import type { LineView } from './messages.ts';

export interface HealthReportsOptions {
  readonly link: MqttLink;
  readonly site: SiteId;
  readonly gateway: GatewayId;
  readonly simulated: boolean;
  readonly lines: readonly Pick<LineView, 'line' | 'health'>[];
  readonly clock: Clock;
  readonly log: Log;
}

/** A line that falls silent takes all its sensors along: one message tells of them. */
const COALESCE_MS = 1_000;

/** Tells how far each sensor may be trusted: after every connect, on change, and every minute. */
export class HealthReports implements Running {
  readonly #options: HealthReportsOptions;
  readonly #changed = new Set<Pick<LineView, 'line' | 'health'>>();
  readonly #ticker: NodeJS.Timeout;
  #timer: NodeJS.Timeout | undefined;

  constructor(options: HealthReportsOptions) {
    this.#options = options;
    options.link.onUp(() => this.sendAll());
    this.#ticker = setInterval(() => this.sendAll(), HEALTH_EVERY_MS);
  }

  changed(line: Pick<LineView, 'line' | 'health'>): void {
    this.#changed.add(line);
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#send([...this.#changed]);
    }, COALESCE_MS);
  }

  sendAll(): void {
    this.#send(this.#options.lines);
  }

  async close(): Promise<void> {
    clearInterval(this.#ticker);
    clearTimeout(this.#timer);
  }

  #send(lines: readonly Pick<LineView, 'line' | 'health'>[]): void {
    const { link, site, gateway, simulated, clock, log } = this.#options;
    for (const line of lines) {
      this.#changed.delete(line);
      // What is not told now is told whole after the next connect.
      if (!link.connected) continue;
      const { lineFaultSince, sensors } = line.health();
      link
        .publish(
          'health',
          { site, gateway, line: line.line },
          {
            v: 1,
            line: line.line,
            publishedAt: Math.round(clock.wallMs()),
            simulated,
            lineFaultSince: lineFaultSince ?? null,
            sensors: [...sensors],
          },
        )
        .catch((error: unknown) => {
          if (!(error instanceof UnavailableError)) throw error;
          log.debug({ reason: messageOf(error) }, 'gateway.message.unsent');
        });
    }
  }
}
