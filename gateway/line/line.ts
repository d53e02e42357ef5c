/**
 * An open serial line: bytes in, bytes out, until it is closed or lost. Reading never pauses: a real
 * UART drops what nobody takes.
 */
export interface Line {
  /** Resolves when the system has taken the bytes; throws UnavailableError when the line is gone. */
  write(bytes: Uint8Array): Promise<void>;
  /** Throws away what has arrived and was not read yet. */
  flush(): Promise<void>;
  /** Resolves when the port is free for others; a second call does nothing. */
  close(): Promise<void>;
}

/** What a line tells its owner. */
export interface LineListener {
  bytes(chunk: Uint8Array): void;
  /** Once, when the line is gone by itself; never after `close`. */
  lost(reason: string): void;
}

/** Opens the line; throws UnavailableError('line_absent') where there is none. */
export type OpenLine = (listener: LineListener) => Promise<Line>;
