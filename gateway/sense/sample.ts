/** What a sensor says of its own reading. Only `ok` is a measurement; all else only looks like one. */
export type Quality = 'ok' | 'no_target' | 'interference' | 'saturated' | 'fault';

export interface Reading {
  readonly value: number;
  readonly unit: 'mm' | 'degC';
  readonly quality: Quality;
}

/** Magnetic field at the sensor, in microtesla. */
export interface FieldReading {
  readonly xUt: number;
  readonly yUt: number;
  readonly zUt: number;
  readonly quality: Quality;
}

/** What a node says of itself beside its readings. */
export interface NodeReport {
  readonly tamper: boolean;
  readonly supplyLow: boolean;
  readonly configChanged: boolean;
  readonly calibrating: boolean;
  /** Millivolts; 0 where the node does not measure it. */
  readonly supplyMv: number;
  readonly configCrc: number;
}

/** What one sensor said at once. Each driver turns its line's bytes into this. */
export interface Sample {
  /** Absent where the sensor measures none. */
  readonly distance?: Reading;
  readonly field?: FieldReading;
  readonly temperature?: Reading;
  readonly node?: NodeReport;
  /** The sensor's own count of its samples, modulo 65,536. */
  readonly seq?: number;
  /** The sensor's own clock since its start, in milliseconds. */
  readonly uptimeMs?: number;
  /** By the gateway's monotonic clock, whole milliseconds. */
  readonly receivedAtMono: number;
}
