import type { Channel } from '#contract/live.ts';
import type { Clock } from '#runtime/clock.ts';
import type { Log } from '#runtime/log.ts';
import type { AlarmTeller } from '../alarms/alarm-teller.ts';
import type { HistoryReader } from '../history/history.ts';
import type { EventLogReader } from '../log/event-log.ts';
import type { DeadLetter, DeadLetterReason } from '../log/log-entry.ts';
import type { ShownReader } from '../shown/start-shown.ts';
import type { GatewayStatusReader } from '../state/gateway-status.ts';
import type { Signs } from '../signs/open-signs.ts';
import type { SiteReader, SiteWriter } from '../site/running-site.ts';
import type { SensorHealthReader } from '../state/sensor-health.ts';
import type { Operations } from '../operations/open-operations.ts';
import type { LotFlows } from '../state/lot-flows.ts';
import type { LiveStateReader } from '../state/live-state.ts';
import type { SystemWatchReader } from '../watch/start-watch.ts';
import type { Page } from './page.ts';
import type { SiteIndex } from './site-index.ts';

/** Records that could not be logged. */
export interface DeadLetters {
  newest(limit: number, reason: DeadLetterReason | undefined): readonly DeadLetter[];
  one(id: string): DeadLetter | undefined;
  counts(): Readonly<Record<DeadLetterReason, number>>;
  /** Throws RejectedError that says why it cannot be put into the log. */
  replay(id: string): void;
}

/** All that routes may ask. */
export interface ApiContext {
  /** The site that holds now: read at each request, never kept. */
  readonly index: SiteIndex;
  readonly sites: SiteReader & SiteWriter;
  /** As the public may see it. */
  readonly liveState: LiveStateReader;
  /** As it is, private bays too: for who looks after the lots, never for the public. */
  readonly ownState: LiveStateReader;
  readonly flows: Pick<LotFlows, 'flowOf'>;
  readonly eventLog: EventLogReader;
  readonly history: HistoryReader;
  readonly shown: ShownReader;
  readonly gateways: Pick<GatewayStatusReader, 'all'>;
  readonly sensors: Pick<SensorHealthReader, 'all' | 'trendOf'>;
  readonly signs: Pick<Signs, 'board' | 'controls' | 'reports'>;
  readonly deadLetters: DeadLetters;
  /** The present frame of a live channel, some of a second old; undefined: no such lot. */
  readonly liveSnapshot: (channel: Channel) => Buffer | undefined;
  /** A backup as it travels; throws UnavailableError while another one does. */
  readonly backup: () => AsyncIterable<Uint8Array>;
  /** Readiness and alarms. */
  readonly system: SystemWatchReader;
  /** How alarms leave the house; undefined: no address is configured. */
  readonly alarmTeller: Pick<AlarmTeller, 'outlet' | 'test'> | undefined;
  /** Prometheus text. */
  readonly metricsText: () => Promise<string>;
  /** The site's own tiles, as it holds now; undefined: it brings none. */
  readonly tileFile: string | undefined;
  /** Where the site file is, and what the site brings beside it. */
  readonly siteFolder: string;
  readonly page: Page;
  readonly publicUrl: string | undefined;
  /** Empty: nobody is named. */
  readonly securityContact: string;
  readonly operations: Operations;
  readonly clock: Clock;
  readonly log: Log;
}
