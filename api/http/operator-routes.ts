import { setTimeout as delay } from 'node:timers/promises';
import * as z from 'zod';
import { HEALTH_STATES } from '#contract/health.ts';
import { SensorsAnswer, SensorsQuery } from '#contract/http.ts';
import { GatewayId } from '#contract/ids.ts';
import { StatusMessage } from '#contract/messages.ts';
import { IsoInstant, isoOf } from '#contract/time.ts';
import { messageOf } from '#runtime/errors.ts';
import type { HistoryReader } from '../history/history.ts';
import { coversLot } from '../operations/caller.ts';
import type { KnownSensor } from '../state/sensor-health.ts';
import { alarmRoute } from './alarm-route.ts';
import { verifyRoute } from './verify-route.ts';
import { backupRoute } from './backup-route.ts';
import type { ApiContext } from './context.ts';
import { ownGateways } from './own-gateways.ts';
import { ROWS_MEDIA } from './export-window.ts';
import { callerOf, NEVER_STORED, routeWithQuery } from './route.ts';
import type { Route } from './route.ts';
import { JSON_MEDIA } from './site-routes.ts';

const RebuildRow = z.object({
  position: z.int(),
  target: z.int(),
  done: z.boolean(),
  failed: z.string().optional(),
});

const GatewaysAnswer = z.object({
  simulated: z.boolean(),
  at: IsoInstant,
  gateways: z.array(
    z.object({
      gateway: GatewayId,
      state: z.enum(['online', 'offline', 'unheard']),
      heardAt: IsoInstant.nullable(),
      retained: z.boolean().describe('true: the broker had kept it; it may be of any time'),
      last: StatusMessage.nullable().describe('its last online status, lines included'),
    }),
  ),
});

const PROGRESS_EVERY_MS = 500;

/** What only operators may see and do. */
export function operatorRoutes(context: ApiContext): Route[] {
  const { history, gateways, sensors, clock, operations } = context;
  const operator = { access: 'operator', cacheControl: NEVER_STORED } as const;
  const viewer = { access: 'viewer', lots: 'filtered', cacheControl: NEVER_STORED } as const;
  const rebuilds = new Rebuilds(history);

  return [
    {
      ...operator,
      access: 'admin',
      method: 'post',
      path: '/api/v1/operator/rebuild',
      about: 'Makes the view again from the event log; says how far it is until it is done.',
      media: { [ROWS_MEDIA]: RebuildRow },
      problems: ['not_authorised', 'forbidden', 'cross_site'],
      answer: (asked) => {
        operations.audit.append(callerOf(asked), { action: 'view.rebuild', subject: 'view' });
        return { kind: 'rows', rows: rebuilds.progress() };
      },
    },
    {
      ...viewer,
      method: 'get',
      path: '/api/v1/operator/gateways',
      about: 'What each gateway of the site said last of itself and of its lines.',
      media: { [JSON_MEDIA]: GatewaysAnswer },
      problems: ['not_authorised', 'forbidden'],
      answer: (asked) => ({
        kind: 'value',
        value: {
          simulated: context.index.site.simulated,
          at: isoOf(clock.wallMs()),
          gateways: ownGateways(gateways.all(), callerOf(asked).scope, context.index).map(
            (status) => ({
              ...status,
              heardAt: status.heardAt === null ? null : isoOf(status.heardAt),
            }),
          ),
        },
      }),
    },
    verifyRoute(context),
    backupRoute(context),
    alarmRoute(context),
    routeWithQuery({
      ...viewer,
      method: 'get',
      path: '/api/v1/operator/sensors',
      about: 'How far each sensor of the site may be trusted, and why: those that lie first.',
      query: SensorsQuery,
      media: { [JSON_MEDIA]: SensorsAnswer },
      problems: ['invalid_request', 'not_authorised', 'forbidden'],
      answer: (asked) => ({
        kind: 'value',
        value: {
          simulated: context.index.site.simulated,
          at: isoOf(clock.wallMs()),
          sensors: worstFirst(
            sensors
              .all()
              .filter((sensor) => isAskedFor(sensor, asked.query))
              .filter(({ lot }) => coversLot(callerOf(asked).scope, lot)),
          ),
        } satisfies SensorsAnswer,
      }),
    }),
  ];
}

function isAskedFor(known: KnownSensor, { gateway, lot, state }: SensorsQuery): boolean {
  return (
    (gateway === undefined || known.gateway === gateway) &&
    (lot === undefined || known.lot === lot) &&
    (state === undefined || known.state === state)
  );
}

/** Equally bad ones stay in the order of the site. */
function worstFirst(known: readonly KnownSensor[]): SensorsAnswer['sensors'] {
  return known
    .toSorted((a, b) => HEALTH_STATES.indexOf(a.state) - HEALTH_STATES.indexOf(b.state))
    .map((sensor) => ({
      ...sensor,
      reasons: [...sensor.reasons],
      since: sensor.since === null ? null : isoOf(sensor.since),
      toldAt: sensor.toldAt === null ? null : isoOf(sensor.toldAt),
    }));
}

interface RebuildEnd {
  readonly failed: string | undefined;
}

/** One rebuild at a time: who asks meanwhile watches the running one. */
class Rebuilds {
  readonly #history: HistoryReader;
  #running: Promise<RebuildEnd> | undefined;

  constructor(history: HistoryReader) {
    this.#history = history;
  }

  /** Goes on to its end, whether or not anybody still reads. */
  async *progress(): AsyncGenerator<z.infer<typeof RebuildRow>> {
    this.#running ??= this.#run();
    const running = this.#running;
    for (;;) {
      yield { ...this.#position(), done: false };
      const pause = delay(PROGRESS_EVERY_MS, undefined, { ref: false });
      const end = await Promise.race([running, pause]);
      if (!end) continue;
      const { failed } = end;
      yield {
        ...this.#position(),
        done: failed === undefined,
        ...(failed !== undefined && { failed }),
      };
      return;
    }
  }

  async #run(): Promise<RebuildEnd> {
    try {
      await this.#history.rebuild();
      return { failed: undefined };
    } catch (error) {
      return { failed: messageOf(error) };
    } finally {
      this.#running = undefined;
    }
  }

  #position(): { position: number; target: number } {
    const { position, target } = this.#history.status();
    return { position, target };
  }
}
