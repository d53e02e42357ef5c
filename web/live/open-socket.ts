import type { LiveSocket, SocketEvents } from './live-feed.ts';

/** The browser's WebSocket to a path of the page's own server. */
export function openSocket(path: string, { opened, said, closed }: SocketEvents): LiveSocket {
  const url = new URL(path, location.href);
  url.protocol = url.protocol === 'https:' ? 'wss:' : 'ws:';
  const socket = new WebSocket(url);
  socket.addEventListener('open', opened);
  socket.addEventListener('message', ({ data }) => said(data));
  // An error is always followed by a close.
  socket.addEventListener('close', closed);
  return socket;
}
