import type { AccessRefusal, Holder, PublishRight } from './access.ts';
import type { Door } from './doors.ts';
import type { PacketGuard } from './packet-guard.ts';
import type { PublishPace } from './publish-pace.ts';

/** What a client says of itself when it comes. */
export interface Asked {
  readonly clientId: string;
  readonly clean: boolean;
  readonly keepaliveS: number;
  readonly will: WillAsked | undefined;
}

export interface WillAsked {
  readonly path: string;
  readonly qos: number;
  readonly retain: boolean;
  readonly empty: boolean;
}

/** One connection from its first byte to its last. */
export interface Visit {
  readonly source: string;
  /** What its TLS certificate calls it, where clients must have one. */
  readonly certified: string | undefined;
  readonly guard: PacketGuard;
  readonly door: Door;
  /** Ends the connection at once; its will is published. */
  readonly end: () => void;
  asked: Asked | undefined;
  /** Set once it is let in. */
  holder: Holder | undefined;
  pace: PublishPace | undefined;
  gone: boolean;
  /** Rights found already, by topic; emptied when it is full. */
  readonly rights: Map<string, PublishRight | AccessRefusal>;
  readonly filters: Set<string>;
}
