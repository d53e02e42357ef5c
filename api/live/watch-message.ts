import { WatchMessage } from '#contract/live.ts';

export type WatchRead =
  | { readonly ok: true; readonly message: WatchMessage }
  /** WebSocket close code and reason (RFC 6455: at most 123 bytes). */
  | { readonly ok: false; readonly code: number; readonly reason: string };

const REASON_CHARACTERS = 120;

/** What a client sent, or why it is shown out. */
export function readWatchMessage(bytes: Buffer, isBinary: boolean): WatchRead {
  if (isBinary) return refused(1003, 'expected a text frame');
  let json: unknown;
  try {
    json = JSON.parse(bytes.toString('utf8'));
  } catch {
    return refused(1007, 'expected JSON');
  }
  const parsed = WatchMessage.safeParse(json);
  if (parsed.success) return { ok: true, message: parsed.data };
  const [issue] = parsed.error.issues;
  const where = issue?.path.join('.') ?? '';
  return refused(1008, `${where === '' ? 'message' : where}: ${issue?.message ?? 'not a watch'}`);
}

function refused(code: number, reason: string): WatchRead {
  // What is left is ASCII, so that characters are bytes.
  const ascii = reason.replaceAll(/[^\x20-\x7e]/g, '?').slice(0, REASON_CHARACTERS);
  return { ok: false, code, reason: ascii };
}
