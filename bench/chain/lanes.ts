import { WebSocket } from 'ws';
import { encodeDistance } from '#contract/distance-frame.ts';
import type { BayLive, LiveMessage } from '#contract/live.ts';
import { simulatedLinePath } from '#runtime/line-path.ts';
import { FullLine } from './full-line.ts';
import { bayOf, GATEWAY, LANES, lineOf, LOT, MOUNT_MM } from './street.ts';

/** The median of five distances changes its side with the third. */
const SAMPLES_A_CHANGE = 3;
const OCCUPIED_MM = 1_400;
/** As sensors do: else their bays become unknown. */
const SAID_EVERY_MS = 1_000;
/** Between the clock that the gateway reads and ours. */
const ROUNDING_MS = 5;

const triple = (mm: number): Buffer =>
  Buffer.concat(Array.from({ length: SAMPLES_A_CHANGE }, () => encodeDistance(mm)));
const BYTES = { occupied: triple(OCCUPIED_MM), vacant: triple(MOUNT_MM) };
type Shown = keyof typeof BYTES;

interface Lane {
  readonly line: FullLine;
  state: Shown;
  shown: string;
  saidAt: number;
  /** Sent and not shown yet. */
  waiting: { readonly change: number; readonly state: Shown; readonly at: number }[];
}

/** The street's sensors as the bench plays them, and what a viewer is told of their bays. */
export class Lanes {
  /**
   * Told of each change that the viewer has been shown; `overtaken`: only together with a later one
   * of the same bay.
   */
  onShown: (change: number, overtaken: boolean) => void = () => undefined;
  readonly #lanes: readonly Lane[];
  readonly #voice: NodeJS.Timeout;
  #socket: WebSocket | undefined;

  private constructor(lines: readonly FullLine[]) {
    this.#lanes = lines.map((line) => ({
      line,
      state: 'vacant',
      shown: 'unknown',
      saidAt: 0,
      waiting: [],
    }));
    this.#voice = setInterval(() => {
      const before = performance.now() - SAID_EVERY_MS;
      for (const lane of this.#lanes) if (lane.saidAt < before) say(lane, BYTES[lane.state]);
    }, SAID_EVERY_MS / 4);
  }

  /** The lines of `writeStreet` that are not silent, where its gateway looks for them. */
  static async open(linesFolder: string): Promise<Lanes> {
    const lines: FullLine[] = [];
    for (let at = 0; at < LANES; at += 1) {
      lines.push(await FullLine.open(simulatedLinePath(linesFolder, GATEWAY, lineOf(at))));
    }
    return new Lanes(lines);
  }

  /** A viewer at the api's port on this machine. */
  async watch(httpPort: number): Promise<void> {
    const socket = new WebSocket(`ws://127.0.0.1:${httpPort}/api/v1/live`);
    await new Promise((resolve, reject) => {
      socket.once('open', resolve);
      socket.once('error', reject);
    });
    this.#socket = socket;
    socket.send(JSON.stringify({ type: 'watch', channels: [{ channel: `lot:${LOT}` }] }));
    const laneOf = new Map(this.#lanes.map((lane, at) => [bayOf(at), lane]));
    socket.on('message', (data: Buffer) => {
      // As the peers' viewers read: what the api says is checked elsewhere.
      const message = JSON.parse(data.toString()) as LiveMessage;
      if (message.type === 'beat') return;
      for (const bay of message.bays ?? []) this.#show(laneOf.get(bay.bay), bay);
    });
  }

  /** The last byte of a change goes out; false: the line is full, nothing was taken. */
  send(change: number): boolean {
    const lane = this.#lanes[change % LANES];
    if (!lane) return false;
    const state = lane.state === 'vacant' ? 'occupied' : 'vacant';
    if (!say(lane, BYTES[state])) return false;
    lane.state = state;
    lane.waiting.push({ change, state, at: Date.now() });
    return true;
  }

  /** Whether nothing that was sent waits on this side of the lines any more. */
  flush(): boolean {
    return this.#lanes.map(({ line }) => line.flush()).every(Boolean);
  }

  /** Whether the viewer sees of every lane what it says. */
  get areShown(): boolean {
    return this.#lanes.every(({ shown, state }) => shown === state);
  }

  close(): void {
    clearInterval(this.#voice);
    this.#socket?.terminate();
    for (const { line } of this.#lanes) line.close();
  }

  #show(lane: Lane | undefined, { state, since }: BayLive): void {
    if (!lane) return;
    lane.shown = state;
    // What this one has overtaken was shown with it, in one step.
    const newest = lane.waiting.findLastIndex(
      (sent) => sent.state === state && sent.at <= since + ROUNDING_MS,
    );
    for (const [at, { change }] of lane.waiting.splice(0, newest + 1).entries()) {
      this.onShown(change, at < newest);
    }
  }
}

function say(lane: Lane, bytes: Uint8Array): boolean {
  if (!lane.line.write(bytes)) return false;
  lane.saidAt = performance.now();
  return true;
}
