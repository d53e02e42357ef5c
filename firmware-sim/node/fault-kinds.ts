/** What can be wrong with a sensor until it is mended; the one-shot ones happen and are over. */
export const SENSOR_FAULTS = [
  'silent',
  'stuck-value',
  'stuck-firmware',
  'supply-low',
  'wrong-address',
  'duplicate-address',
  'brown-out',
  'reboot',
] as const;
export type SensorFault = (typeof SENSOR_FAULTS)[number];

/** What can be wrong with a line; `share` is of bytes (noise) or of answers (late, cut). */
export const LINE_FAULTS = ['noise', 'late', 'cut'] as const;
export type LineFault = (typeof LINE_FAULTS)[number];
