import type { GatewayId } from '#contract/ids.ts';
import type { StatusMessage } from '#contract/messages.ts';
import type { Site } from '#contract/site-check.ts';

/** What a gateway last said of itself. Times are epoch milliseconds by the api's clock. */
export interface GatewayStatus {
  readonly gateway: GatewayId;
  /** `unheard`: no status since the api's start. */
  readonly state: 'online' | 'offline' | 'unheard';
  readonly heardAt: number | null;
  /** The broker had kept it: it may be of any time. */
  readonly retained: boolean;
  /** Of the last online status, kept while offline. */
  readonly last: Extract<StatusMessage, { state: 'online' }> | null;
}

/** For the health page and the metrics. */
export interface GatewayStatusReader {
  /** The gateways of the site, in its order. */
  all(): readonly GatewayStatus[];
  of(gateway: GatewayId): GatewayStatus | undefined;
}

export class GatewayStatuses implements GatewayStatusReader {
  #statuses = new Map<GatewayId, GatewayStatus>();

  constructor(site: Site) {
    this.changeSite(site);
  }

  changeSite(site: Site): void {
    const before = this.#statuses;
    this.#statuses = new Map(
      site.gateways.map(({ properties: { id: gateway } }): [GatewayId, GatewayStatus] => {
        const unheard = { state: 'unheard', heardAt: null, retained: false, last: null } as const;
        return [gateway, before.get(gateway) ?? { gateway, ...unheard }];
      }),
    );
  }

  /** A gateway that the site does not have is left out. */
  hear(gateway: GatewayId, message: StatusMessage, heardAt: number, retained: boolean): void {
    const known = this.#statuses.get(gateway);
    if (!known) return;
    const last = message.state === 'online' ? message : known.last;
    this.#statuses.set(gateway, { gateway, state: message.state, heardAt, retained, last });
  }

  all(): readonly GatewayStatus[] {
    return [...this.#statuses.values()];
  }

  of(gateway: GatewayId): GatewayStatus | undefined {
    return this.#statuses.get(gateway);
  }
}
