/** Range finders for sale that answer on a Modbus line; their registers stand in range-registers.ts. */
export const MODBUS_RANGE_KINDS = [
  'urm08',
  'urm12',
  'urm14',
  'urm15',
  'dyp-a2x',
  'mxs485',
] as const;
export type ModbusRangeKind = (typeof MODBUS_RANGE_KINDS)[number];

/** What is asked: many on one line, each at an address of its own. */
export const MODBUS_KINDS = ['pbn1', ...MODBUS_RANGE_KINDS] as const;
export type ModbusKind = (typeof MODBUS_KINDS)[number];

/** What speaks unasked, and so has its line for itself. */
export const FREE_RUNNING_KINDS = [
  'distance-frame',
  'maxbotix',
  'maxbotix-cm',
  'maxbotix-inch',
] as const;
export type FreeRunningKind = (typeof FREE_RUNNING_KINDS)[number];

export function isModbusKind(kind: ModbusKind | FreeRunningKind): kind is ModbusKind {
  return (MODBUS_KINDS as readonly string[]).includes(kind);
}
