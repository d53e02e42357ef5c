import type { SignId } from '#contract/ids.ts';
import type { EffectiveSite } from '#contract/site-overlay.ts';
import type { Clock } from '#runtime/clock.ts';
import type { Database } from '#runtime/sqlite.ts';
import type { MqttLink } from '#runtime/typed-mqtt.ts';
import type { LiveStateReader } from '../state/live-state.ts';
import type { SensorHealthReader } from '../state/sensor-health.ts';
import { SignBoard } from './sign-board.ts';
import { SignControls } from './sign-controls.ts';
import { SignReports } from './sign-reports.ts';

/** All of signs: what they are to show, what was asked of them by hand, and what they say. */
export interface Signs {
  readonly board: SignBoard;
  readonly controls: SignControls;
  readonly reports: SignReports;
  changeSite(now: EffectiveSite): void;
  close(): void;
}

export interface SignsOptions {
  readonly database: Database;
  readonly now: Pick<EffectiveSite, 'site' | 'closedLots'>;
  readonly liveState: Pick<LiveStateReader, 'lot'>;
  readonly sensors: Pick<SensorHealthReader, 'all'>;
  readonly nextSerial: () => number;
  readonly link: Pick<MqttLink, 'subscribe'>;
  readonly clock: Clock;
}

export function openSigns(options: SignsOptions): Signs {
  const { database, liveState, sensors, nextSerial, link, clock } = options;
  const { site, closedLots } = options.now;
  const controls = new SignControls(database, clock);
  const reports = new SignReports(clock);
  const controlsOf = (sign: SignId) => controls.inForce(sign);
  const board = new SignBoard({
    site,
    closedLots,
    liveState,
    sensors,
    controlsOf,
    nextSerial,
    clock,
  });
  const siteId = site.header.site;
  /** Each sign's gateway, where one writes to it: nobody else speaks for it. */
  let writers = writersOf(site);

  link.subscribe('signShown', { site: siteId }, ({ keys, payload, retained }) => {
    const isOwn = keys['sign'] === payload.sign && board.of(payload.sign) !== undefined;
    if (isOwn && !retained) reports.hear(payload.sign, payload, 'mqtt');
  });
  link.subscribe('gatewaySigns', { site: siteId }, ({ keys, payload, retained }) => {
    if (retained) return;
    for (const { sign, answers, ...shown } of payload.signs) {
      if (writers.get(sign) === keys['gateway']) reports.hear(sign, shown, 'modbus', answers);
    }
  });

  return {
    board,
    controls,
    reports,
    changeSite: (now) => {
      writers = writersOf(now.site);
      board.changeSite(now);
      reports.keep(new Set(now.site.signs.map(({ properties }) => properties.id)));
    },
    close: () => board.close(),
  };
}

function writersOf({ gateways }: EffectiveSite['site']): ReadonlyMap<SignId, string> {
  return new Map(
    gateways.flatMap(({ properties: { id, lines } }) =>
      lines.flatMap(({ signs }) => (signs ?? []).map(({ sign }) => [sign, id] as const)),
    ),
  );
}
