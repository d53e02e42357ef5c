/** The path that browsers upgrade to a WebSocket, and that answers a plain GET with a snapshot. */
export const LIVE_PATH = '/api/v1/live';
