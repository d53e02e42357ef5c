import type { BayEvent } from '#contract/event.ts';
import { BayId, GatewayId, JournalId, LineId } from '#contract/ids.ts';
import { ObservedMessage, SnapshotMessage } from '#contract/messages.ts';
import { readSiteFolder } from '#runtime/site-folder.ts';
import { openLiveState } from '#api/state/open-live-state.ts';
import type { LiveStateOptions } from '#api/state/live-state-options.ts';
import type { LiveState } from '#api/state/open-live-state.ts';
import { HandClock } from '../../support/hand-clock.ts';
import { writeSmallSite } from '../../support/small-site.ts';
import { openTempFolder } from '../../support/temp-folder.ts';

export const GATEWAY = GatewayId.parse('gw-1');
const JOURNAL = JournalId.parse('a'.repeat(32));
const LINE = LineId.parse('line-1');

/** Live state of one lot with four bays, the first for disabled drivers; gateway and api clocks apart. */
export interface LiveRig extends Disposable {
  readonly live: LiveState;
  readonly clock: HandClock;
  readonly bays: readonly BayId[];
  /** How far the gateway's wall clock is ahead, in milliseconds. */
  skewMs: number;
  change(bay: number, seq: number, state: BayEvent['state'], order?: number): void;
  observe(ages: Readonly<Record<number, number>>, seq: number, options?: Sending): void;
  snapshot(
    states: Readonly<Record<number, BayEvent['state']>>,
    seq: number,
    options?: Sending & { readonly ageMs?: number | null },
  ): void;
  stateOf(bay: number): string | undefined;
}

interface Sending {
  readonly order?: number;
  readonly retained?: boolean;
  /** Milliseconds on the way. */
  readonly transitMs?: number;
}

export function openLiveRig(restored?: LiveStateOptions['restored']): LiveRig {
  const temp = openTempFolder();
  writeSmallSite(temp.path, { lots: 1, baysPerLot: 4 });
  const site = readSiteFolder(temp.path);
  const clock = new HandClock();
  const live = openLiveState({ site, clock, ...(restored && { restored }) });
  const bays = site.bays.map((bay) => bay.properties.id);
  const bayAt = (at: number | string) => bays[Number(at)] ?? BayId.parse('none');
  const heard = ({ retained = false }: Sending = {}) => ({
    retained,
    receivedMonoMs: clock.monoMs(),
  });
  const rig: LiveRig = {
    live,
    clock,
    bays,
    skewMs: 0,
    change: (bay, seq, state, order = 1) => {
      const sensedAt = clock.wallMs() + rig.skewMs;
      const base = { kind: 'bay', seq, bay: bayAt(bay), state, sensedAt } as const;
      live.hearRecord(GATEWAY, order, { ...base, cause: 'sensor', confidence: 1 });
      live.announce();
    },
    observe: (ages, seq, options = {}) => {
      const message = ObservedMessage.parse({
        v: 1,
        journal: JOURNAL,
        seq,
        publishedAt: clock.wallMs() + rig.skewMs - (options.transitMs ?? 0),
        ages: Object.fromEntries(Object.entries(ages).map(([at, age]) => [bayAt(at), age])),
      });
      live.hearObserved(GATEWAY, options.order ?? 1, message, heard(options));
      live.announce();
    },
    snapshot: (states, seq, options = {}) => {
      const at = clock.wallMs() + rig.skewMs - (options.transitMs ?? 0);
      const message = SnapshotMessage.parse({
        v: 1,
        journal: JOURNAL,
        held: [JOURNAL],
        seq,
        line: LINE,
        publishedAt: at,
        simulated: true,
        bays: Object.entries(states).map(([bay, state]) => ({
          bay: bayAt(bay),
          state,
          sensedAt: at,
          ageMs: options.ageMs === undefined ? 0 : options.ageMs,
          confidence: 1,
        })),
      });
      live.hearSnapshot(GATEWAY, options.order ?? 1, message, heard(options));
      live.announce();
    },
    stateOf: (bay) => live.bay(bayAt(bay))?.state,
    [Symbol.dispose]: () => {
      live.close();
      temp[Symbol.dispose]();
    },
  };
  return rig;
}
