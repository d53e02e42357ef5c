/** One way from a serial line to a WebSocket client, with everything that it needs, running. */
export interface Contestant extends AsyncDisposable {
  readonly name: string;
  /** How long it lets so many changes wait for each other, on purpose; milliseconds. */
  readonly windowMs: (together: number) => number;
  /** Of every process that belongs to it. */
  readonly pids: readonly number[];
  /** Told the number of each change that the client has been shown. */
  onShown: (change: number) => void;
  /** Puts the last byte of a change onto the line; false: the line is full, nothing was taken. */
  send(change: number): boolean;
  /** Resolves when every change below `sent` is shown and, where it has a disk, on it. */
  done(sent: number): Promise<void>;
  /** How many of all that were ever sent never got there. */
  lost(sent: number): Promise<number>;
}
