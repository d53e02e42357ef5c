import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { expect, test } from 'vitest';
import { renderUnicodeCompact } from 'uqr';
import { started } from '../support/started.ts';

const lanAddress = Object.values(networkInterfaces())
  .flatMap((addresses) => addresses ?? [])
  .find(({ family, internal }) => family === 'IPv4' && !internal)?.address;

/** Whether somebody listens there. */
const isOpen = async (host: string, port: number) =>
  new Promise<boolean>((resolve) => {
    const socket = connect({ host, port });
    const end = (open: boolean) => {
      socket.destroy();
      resolve(open);
    };
    socket.once('connect', () => end(true));
    socket.once('error', () => end(false));
    socket.setTimeout(1_000, () => end(false));
  });

test.skipIf(lanAddress === undefined)(
  'with --lan phones get the page by address and QR code, and the broker stays on this machine',
  async () => {
    await using system = await started('--lan');
    const { said, httpPort, mqttPort } = system;
    const address = `http://${lanAddress ?? ''}:${httpPort}/`;
    expect(said).toContain(`for phones in this network: ${address}`);
    expect(said).toContain(renderUnicodeCompact(address));
    expect(said).toMatch(new RegExp(`page +http://127\\.0\\.0\\.1:${httpPort}/`));
    const page = await fetch(address);
    expect(page.status).toBe(200);
    expect(await page.text()).toContain('<ol class="lots">');
    expect(await isOpen('127.0.0.1', mqttPort)).toBe(true);
    expect(await isOpen(lanAddress ?? '', mqttPort)).toBe(false);
  },
);

test.skipIf(lanAddress === undefined)('without it the page is for this machine alone', async () => {
  await using system = await started();
  expect(system.said).not.toContain('for phones');
  expect((await fetch(`http://127.0.0.1:${system.httpPort}/`)).status).toBe(200);
  expect(await isOpen(lanAddress ?? '', system.httpPort)).toBe(false);
});
