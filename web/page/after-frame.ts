/**
 * Calls once the browser has made its next frame: a task that is asked for in it runs when it is on
 * its way. No timer: those wait behind everything else. Not while the page is hidden.
 */
export function afterFrame(act: () => void): void {
  requestAnimationFrame(() => inNextTask(act));
}

/** Behind whatever waits already. */
export function inNextTask(act: () => void): void {
  const { port1, port2 } = new MessageChannel();
  port1.addEventListener('message', () => {
    port1.close();
    act();
  });
  port1.start();
  port2.postMessage(null);
}
