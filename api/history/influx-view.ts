import type { BayId, LogId, LotId } from '#contract/ids.ts';
import type { Stay } from '#contract/stay.ts';
import type { TimeWindow } from '#contract/time.ts';
import { UnavailableError } from '#runtime/errors.ts';
import { GroupFile } from './group-file.ts';
import type { Hour, LotDwell, LotHour } from './history.ts';
import type { InfluxAddress } from './influx-address.ts';
import {
  bayLine,
  bayRowOf,
  BAYS,
  buildMarkOf,
  keyedStayOf,
  LOT_HOURS,
  lotHourLine,
  MARK,
  markLine,
  ofBuild,
  ownerLine,
  stayLine,
  STAYS,
  viewMarkOf,
} from './influx-rows.ts';
import type { Build, BuildMark } from './influx-rows.ts';
import { InfluxReads, scopeOfAllLogs } from './influx-reads.ts';
import type { Scope } from './influx-reads.ts';
import { InfluxServer } from './influx-server.ts';
import type { InfluxRow } from './influx-server.ts';
import { msText } from './influx-time.ts';
import { compareOrder } from './order.ts';
import type { Order } from './order.ts';
import { ReadersAndWriter } from './readers-and-writer.ts';
import type {
  BayRow,
  HistoryView,
  KeyedStay,
  OverallView,
  ViewEngine,
  ViewGroup,
  ViewMark,
} from './view.ts';

/** Keys of retracted stays that are asked for in one statement, by bay. */
const BAYS_A_STATEMENT = 100;

/**
 * The view of one log on a server. `folder` is this process's own: for the group under way and for
 * answers that are being read. `sharedAs`: apis beside each other write to the same database, each
 * its own log, and this is the name of the one whose log it is.
 */
export function openInfluxEngine(
  address: InfluxAddress,
  folder: string,
  logId: LogId,
  sharedAs?: string,
): ViewEngine {
  const open = () => InfluxView.open(new InfluxServer(address), { folder, logId, sharedAs });
  return {
    open,
    setAside: async () => {
      // Nothing is thrown away on a server that others read: the next build has its own number.
      const view = await open();
      await view.clear();
      await view.close();
    },
  };
}

interface ViewPlace {
  readonly folder: string;
  readonly logId: LogId;
  readonly sharedAs: string | undefined;
}

class InfluxView implements HistoryView {
  readonly #server: InfluxServer;
  readonly #file: GroupFile;
  readonly #logId: LogId;
  readonly #turns = new ReadersAndWriter();
  /** Only where several apis share the server. */
  readonly ofAllLogs?: () => OverallView;
  readonly #own: InfluxReads;
  #mark: BuildMark;
  /** A group was written in part: nobody may read until it is written whole. */
  #isHalf = false;
  #isClosed = false;

  private constructor(
    server: InfluxServer,
    { folder, logId, sharedAs }: ViewPlace,
    mark: BuildMark,
  ) {
    this.#server = server;
    this.#file = new GroupFile(folder);
    this.#logId = logId;
    this.#mark = mark;
    const parts = { server, folder, whole: <T>(ask: () => Promise<T>) => this.#whole(ask) };
    this.#own = new InfluxReads(parts, () => Promise.resolve(this.#scope()));
    if (sharedAs === undefined) return;
    const all = new InfluxReads(parts, () => scopeOfAllLogs(server, this.#build, this.#scope()));
    this.ofAllLogs = () => all;
  }

  static async open(server: InfluxServer, place: ViewPlace): Promise<InfluxView> {
    const { logId, sharedAs } = place;
    await server.makeDatabase();
    if (sharedAs !== undefined) await server.write([ownerLine(sharedAs, logId)]);
    const [row] = await server.rows(`SELECT * FROM "${MARK}" WHERE "log" = '${logId}'`);
    const mark = row ? buildMarkOf(row) : { build: 1, position: undefined, longestMs: 0 };
    const view = new InfluxView(server, place, mark);
    await view.#finishPending();
    return view;
  }

  mark(): Promise<ViewMark | undefined> {
    return Promise.resolve(viewMarkOf(this.#logId, this.#mark));
  }

  async bays(): Promise<readonly BayRow[]> {
    return (await this.#rows(`SELECT * FROM "${BAYS}" WHERE ${this.#ours()}`)).map(bayRowOf);
  }

  write(group: ViewGroup): Promise<void> {
    return this.#turns.write(async () => {
      this.#requireOpen();
      const { build, position: before } = this.#mark;
      // A build that is cut short begins anew: only a group with a mark has to be finished.
      if (group.mark) this.#file.keep({ build, before, group });
      this.#isHalf = true;
      await this.#put(group);
      this.#isHalf = false;
      if (group.mark) this.#file.forget();
    });
  }

  lotHours(lot: LotId, window: TimeWindow): Promise<readonly LotHour[]> {
    return this.#own.lotHours(lot, window);
  }

  summedHours(lots: readonly LotId[], window: TimeWindow): Promise<readonly Hour[]> {
    return this.#own.summedHours(lots, window);
  }

  dwell(
    lots: readonly LotId[],
    window: TimeWindow,
    shares: readonly number[],
  ): Promise<readonly LotDwell[]> {
    return this.#own.dwell(lots, window, shares);
  }

  stays(window: TimeWindow, lots?: readonly LotId[], fromBay?: BayId): AsyncIterable<Stay> {
    return this.#own.stays(window, lots, fromBay);
  }

  async staysOfBay(bay: BayId, since: Order): Promise<readonly KeyedStay[]> {
    return (await this.#rows(this.#staysOfBays([bay])))
      .map(keyedStayOf)
      .filter(({ order }) => compareOrder(order, since) >= 0)
      .toSorted((a, b) => compareOrder(a.order, b.order));
  }

  expire(departedBefore: number): Promise<void> {
    return this.#turns.write(async () => {
      this.#requireOpen();
      const bays = await this.#server.rows(`SELECT * FROM "${BAYS}" WHERE ${this.#ours()}`);
      for (const { bay } of bays.map(bayRowOf)) await this.#expireBay(bay, departedBefore);
    });
  }

  /** It deletes by time and tag alone: what then is still there is void, as what is retracted. */
  async #expireBay(bay: BayId, departedBefore: number): Promise<void> {
    const before = async () => (await this.#server.rows(this.#staysOfBays([bay]))).map(keyedStayOf);
    const isOver = ({ stay }: KeyedStay) => (stay.departedBefore ?? Infinity) < departedBefore;
    const stays = await before();
    if (!stays.some(isOver)) return;
    const kept = stays.filter((keyed) => !isOver(keyed));
    const cut = Math.min(departedBefore, ...kept.map(({ stay }) => stay.arrivedBefore));
    const these = `${this.#ours()} AND "bay" = '${bay}' AND time < ${msText(cut)}`;
    await this.#server.sweep([STAYS], these);
    const left = (await before()).filter(isOver);
    await this.#server.write(left.map((keyed) => stayLine(this.#build, keyed, true)));
  }

  clear(): Promise<void> {
    return this.#turns.write(async () => {
      this.#requireOpen();
      const old = this.#ours();
      this.#file.forget();
      const next = { build: this.#mark.build + 1, position: undefined, longestMs: 0 };
      await this.#server.write([markLine(this.#logId, next)]);
      this.#mark = next;
      this.#isHalf = false;
      await this.#server.sweep([STAYS, LOT_HOURS, BAYS], old);
    });
  }

  close(): Promise<void> {
    if (this.#isClosed) return Promise.resolve();
    this.#isClosed = true;
    // Whoever writes or reads is waited for; who comes later is refused.
    return this.#turns.write(() => {
      this.#server.close();
      return Promise.resolve();
    });
  }

  get #build(): Build {
    return { log: this.#logId, number: this.#mark.build };
  }

  #scope(): Scope {
    return { condition: this.#ours(), longestMs: this.#mark.longestMs };
  }

  #ours(): string {
    return ofBuild(this.#build);
  }

  async #put(group: ViewGroup): Promise<void> {
    const build = this.#build;
    const voids = await this.#voidLines(group);
    // A key may be told again in the same group: its old point must not come after the new one.
    await this.#server.write(voids);
    const longestMs = longestOf(group.stays, this.#mark.longestMs);
    const mark: BuildMark = {
      build: build.number,
      position: group.mark?.position ?? this.#mark.position,
      longestMs,
    };
    if (longestMs > this.#mark.longestMs) {
      // Before the stays, so that no reader looks for them in too short a time.
      await this.#server.write([markLine(this.#logId, { ...this.#mark, longestMs })]);
    }
    await this.#server.write([
      ...group.lotHours.map((hour) => lotHourLine(build, hour)),
      ...group.stays.map((keyed) => stayLine(build, keyed, false)),
      ...group.bays.map((row) => bayLine(build, row)),
    ]);
    if (group.mark) await this.#server.write([markLine(this.#logId, mark)]);
    this.#mark = mark;
  }

  async #voidLines({ retracted }: ViewGroup): Promise<string[]> {
    const wanted = new Set(retracted.map(({ bay, order }) => keyText(bay, order)));
    const bays = [...new Set(retracted.map(({ bay }) => bay))];
    const lines: string[] = [];
    for (let from = 0; from < bays.length; from += BAYS_A_STATEMENT) {
      const some = bays.slice(from, from + BAYS_A_STATEMENT);
      for await (const rows of this.#server.stream(this.#staysOfBays(some))) {
        for (const keyed of rows.map(keyedStayOf)) {
          if (!wanted.has(keyText(keyed.stay.bay, keyed.order))) continue;
          lines.push(stayLine(this.#build, keyed, true));
        }
      }
    }
    return lines;
  }

  #staysOfBays(bays: readonly BayId[]): string {
    const these = bays.map((bay) => `"bay" = '${bay}'`).join(' OR ');
    return `SELECT * FROM "${STAYS}" WHERE ${this.#ours()} AND "void" = 0 AND (${these})`;
  }

  async #finishPending(): Promise<void> {
    const pending = this.#file.pending();
    if (!pending) return;
    // A server that was restored meanwhile stands elsewhere: the log tells it what it lacks.
    const { build, position } = this.#mark;
    if (pending.build === build && pending.before === position) await this.#put(pending.group);
    this.#file.forget();
  }

  #rows(statement: string): Promise<InfluxRow[]> {
    return this.#whole(() => this.#server.rows(statement));
  }

  /** Asks while no group is written, nor is one half there. */
  #whole<T>(ask: () => Promise<T>): Promise<T> {
    return this.#turns.read(() => {
      this.#requireWhole();
      return ask();
    });
  }

  #requireWhole(): void {
    this.#requireOpen();
    if (!this.#isHalf) return;
    throw new UnavailableError('view_unavailable', 'a group of the view is written in part');
  }

  #requireOpen(): void {
    if (!this.#isClosed) return;
    throw new UnavailableError('view_unavailable', 'the view was closed');
  }
}

function longestOf(stays: readonly KeyedStay[], atLeastMs: number): number {
  let longestMs = atLeastMs;
  for (const { stay } of stays) {
    const { arrivedAfter, arrivedBefore, departedBefore } = stay;
    const stayMs = (departedBefore ?? arrivedBefore) - arrivedBefore;
    longestMs = Math.max(longestMs, stayMs, arrivedBefore - arrivedAfter);
  }
  return longestMs;
}

const keyText = (bay: BayId, { journal, seq }: Order): string => `${bay}/${journal}/${seq}`;
