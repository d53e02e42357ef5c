import { setImmediate } from 'node:timers/promises';
import * as z from 'zod';
import { CurvesAnswer, NowAnswer } from '#contract/operator-now.ts';
import type { LotNow, UnknownBays } from '#contract/operator-now.ts';
import { SensorId } from '#contract/ids.ts';
import { SensorTrendAnswer } from '#contract/sensor-trend.ts';
import { HOUR_MS, isoOf } from '#contract/time.ts';
import { RejectedError } from '#runtime/errors.ts';
import { TREND_STEP_MS, TREND_STEPS } from '../state/sensor-trends.ts';
import type { AccessScope } from '#contract/access.ts';
import type { Lot } from '#contract/site.ts';
import { coversLot } from '../operations/caller.ts';
import { byPressure, lotPressureOf } from '../state/lot-pressure.ts';
import { unknownGroupsOf } from '../state/unknown-causes.ts';
import { ownAlarms } from './alarm-book-routes.ts';
import type { ApiContext } from './context.ts';
import { callerOf, NEVER_STORED } from './route.ts';
import type { Route } from './route.ts';
import { JSON_MEDIA } from './site-routes.ts';
import { Turnstile } from './turnstile.ts';

const CURVE_HOURS = 24;
/** As for a lot's history: others come between two lots. */
const CURVES_AT_ONCE = 1;
const CURVES_WAITING = 16;

/** How the site stands at this moment, for who looks after it. */
export function nowRoutes(context: ApiContext): Route[] {
  const { clock, history, sensors, gateways, system } = context;
  const viewer = { access: 'viewer', lots: 'filtered', cacheControl: NEVER_STORED } as const;
  const turns = new Turnstile(CURVES_AT_ONCE, CURVES_WAITING);
  const ownLots = (scope: AccessScope): readonly Lot[] =>
    context.index.site.lots.filter(({ properties }) => coversLot(scope, properties.id));

  return [
    {
      ...viewer,
      method: 'get',
      path: '/api/v1/operator/now',
      about: 'How the lots stand now, the fullest first; which bays are unknown, and why.',
      media: { [JSON_MEDIA]: NowAnswer },
      problems: ['not_authorised', 'forbidden'],
      answer: (asked) => {
        const { scope } = callerOf(asked);
        const at = clock.wallMs();
        return {
          kind: 'value',
          value: {
            simulated: context.index.site.simulated,
            at: isoOf(at),
            lots: ownLots(scope)
              .map((lot) => lotNowOf(context, lot, at))
              .toSorted(byPressure),
            unknown: unknownGroupsOf({
              sensors: sensors.all().filter(({ lot }) => coversLot(scope, lot)),
              gateways: gateways.all(),
              isUnknown: (bay) => context.ownState.bay(bay)?.state === 'unknown',
              brokerConnected: system.brokerConnected(),
            }).map(unknownBaysOf),
            alarms: alarmCounts(context, scope),
          } satisfies NowAnswer,
        };
      },
    },
    {
      ...viewer,
      method: 'get',
      path: '/api/v1/operator/curves',
      about: `How full each lot was in each of the last ${CURVE_HOURS} hours; null where nobody watched.`,
      cost: 20,
      media: { [JSON_MEDIA]: CurvesAnswer },
      problems: ['not_authorised', 'forbidden', 'view_not_ready', 'too_busy'],
      answer: async (asked) => {
        const lots = ownLots(callerOf(asked).scope);
        return turns.pass(async () => {
          const at = clock.wallMs();
          const to = HOUR_MS * (Math.floor(at / HOUR_MS) + 1);
          const from = to - CURVE_HOURS * HOUR_MS;
          const value: CurvesAnswer = {
            simulated: context.index.site.simulated,
            at: isoOf(at),
            from: isoOf(from),
            lots: [],
          };
          for (const { properties } of lots) {
            if (context.index.sensedBaysOf(properties.id) === 0) continue;
            const hours = await history.lotHours(properties.id, { from, to });
            const occupancy = Array.from({ length: CURVE_HOURS }, (): number | null => null);
            for (const { hourAt, occupiedBayMs, observedBayMs } of hours) {
              const hour = (hourAt - from) / HOUR_MS;
              if (observedBayMs > 0) occupancy[hour] = Math.min(1, occupiedBayMs / observedBayMs);
            }
            value.lots.push({ lot: properties.id, occupancy });
            await setImmediate();
          }
          return { kind: 'value', value };
        });
      },
    },
    {
      ...viewer,
      method: 'get',
      path: '/api/v1/operator/sensors/{sensor}/trend',
      about: 'How one sensor did in the last day, as far as its gateway told since the api runs.',
      params: z.object({ sensor: SensorId }),
      media: { [JSON_MEDIA]: SensorTrendAnswer },
      problems: ['not_authorised', 'forbidden', 'unknown_sensor'],
      answer: (asked) => {
        const { scope } = callerOf(asked);
        const id = asked.params['sensor'] ?? '';
        const known = sensors.all().find(({ sensor }) => sensor === id);
        if (known === undefined || !coversLot(scope, known.lot)) {
          throw new RejectedError('unknown_sensor', `No sensor "${id}" here.`);
        }
        const at = clock.wallMs();
        const from = (Math.floor(at / TREND_STEP_MS) - TREND_STEPS + 1) * TREND_STEP_MS;
        return {
          kind: 'value',
          value: {
            simulated: context.index.site.simulated,
            at: isoOf(at),
            sensor: known.sensor,
            from: isoOf(from),
            stepMinutes: TREND_STEP_MS / 60_000,
            steps: [...sensors.trendOf(known.sensor, at)],
          } satisfies SensorTrendAnswer,
        };
      },
    },
  ];
}

function lotNowOf({ ownState, index }: ApiContext, { properties }: Lot, at: number): LotNow {
  const { id, name, capacity } = properties;
  const live = ownState.lot(id) ?? { lot: id, counts: [], observedAt: null, fact: null };
  const { fullSince, ...pressure } = lotPressureOf(live, ownState.baysOf(id), capacity, at);
  return {
    lot: id,
    name,
    capacity,
    sensedBays: index.sensedBaysOf(id),
    closedBays: index.closedBaysOf(id),
    outOfService: index.closedLots.has(id),
    ...pressure,
    fullSince: fullSince === null ? null : isoOf(fullSince),
    observedAt: live.observedAt === null ? null : isoOf(live.observedAt),
  };
}

function unknownBaysOf(group: ReturnType<typeof unknownGroupsOf>[number]): UnknownBays {
  const { bays, since, ...why } = group;
  return { ...why, bays: [...bays], since: since === null ? null : isoOf(since) };
}

function alarmCounts(context: ApiContext, scope: AccessScope): NowAnswer['alarms'] {
  const counts = { critical: 0, warning: 0, unacknowledged: 0 };
  const { holding } = context.operations.alarmBook;
  for (const { severity, acknowledged } of ownAlarms(context, holding, scope)) {
    counts[severity] += 1;
    if (acknowledged === null) counts.unacknowledged += 1;
  }
  return counts;
}
