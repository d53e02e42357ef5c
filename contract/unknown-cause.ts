/**
 * Why a bay is unknown, the widest cause first: what explains all its neighbours explains it too.
 * `broker`: the api hears nobody; `gateway`: its gateway is silent; `line`: most of its line is;
 * `sensor`: its own sensor, which says why; `waiting`: nothing is wrong, and it was not seen yet.
 */
export const UNKNOWN_CAUSES = ['broker', 'gateway', 'line', 'sensor', 'waiting'] as const;
export type UnknownCause = (typeof UNKNOWN_CAUSES)[number];
