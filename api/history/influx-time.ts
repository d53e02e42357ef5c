/** 2262: the last instant in nanoseconds that the server knows. */
const LAST_MS = 9_223_372_036_000;

/** An instant as a statement wants it; kept within what the server can say. */
export const msText = (at: number): string => `${Math.min(LAST_MS, Math.max(0, Math.floor(at)))}ms`;
