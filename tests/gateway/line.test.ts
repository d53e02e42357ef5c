import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { openSimulatedLine } from '#firmware-sim/line/pty.ts';
import { keepLine } from '#gateway/line/kept-line.ts';
import type { Line, OpenLine } from '#gateway/line/line.ts';
import { memoryLine } from '#gateway/line/memory-line.ts';
import { serialLine } from '#gateway/line/serial-line.ts';
import { tcpLine } from '#gateway/line/tcp-line.ts';
import { systemClock } from '#runtime/clock.ts';
import { silentLog } from '#runtime/log.ts';
import { openSerialServer } from './serial-server.ts';
import { openTempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';

interface FarEnd {
  readonly open: OpenLine;
  send(bytes: Uint8Array): void;
  onWritten(listener: (bytes: Uint8Array) => void): void;
  unplug(): void;
  plugIn(): Promise<void>;
}

const cleanUps: (() => void)[] = [];
afterEach(() => {
  for (const cleanUp of cleanUps.splice(0).toReversed()) cleanUp();
});

async function ptyEnd(): Promise<FarEnd> {
  const folder = openTempFolder();
  cleanUps.push(() => folder[Symbol.dispose]());
  const listeners: ((bytes: Uint8Array) => void)[] = [];
  const line = await openSimulatedLine(join(folder.path, 'gw-1.line-1'), {
    onBytes: (bytes) => listeners.forEach((listener) => listener(bytes)),
    onLost: () => undefined,
  });
  cleanUps.push(() => line.close());
  return {
    open: serialLine({ path: line.path, baud: 19_200, parity: 'even' }),
    send: (bytes) => line.write(bytes),
    onWritten: (listener) => void listeners.push(listener),
    unplug: () => line.unplug(),
    plugIn: () => line.replug(),
  };
}

async function memoryEnd(): Promise<FarEnd> {
  const end = memoryLine();
  return { ...end, plugIn: async () => end.plugIn() };
}

async function tcpEnd(): Promise<FarEnd> {
  const server = await openSerialServer();
  cleanUps.push(() => server.unplug());
  return { ...server, open: tcpLine({ host: '127.0.0.1', port: server.port }) };
}

const heardBy = () => {
  const bytes: number[] = [];
  const lost: string[] = [];
  return {
    bytes,
    lost,
    listener: {
      bytes: (chunk: Uint8Array) => void bytes.push(...chunk),
      lost: (reason: string) => void lost.push(reason),
    },
  };
};

describe.each([
  ['a serial line', ptyEnd],
  ['a line in memory', memoryEnd],
  ['a line over TCP', tcpEnd],
])('%s', (_name, openEnd) => {
  test('carries every byte value both ways, in order', async () => {
    const end = await openEnd();
    const { bytes, listener } = heardBy();
    const line = await end.open(listener);
    const all = Uint8Array.from({ length: 256 }, (_, byte) => byte);
    const written: number[] = [];
    end.onWritten((chunk) => written.push(...chunk));
    end.send(all);
    await line.write(all);
    await until(() => bytes.length === 256 && written.length === 256);
    expect(bytes).toEqual([...all]);
    expect(written).toEqual([...all]);
    await line.close();
  });

  test('is held by one reader at a time', async () => {
    const end = await openEnd();
    const line = await end.open(heardBy().listener);
    await expect(end.open(heardBy().listener)).rejects.toMatchObject({ code: 'line_absent' });
    await line.close();
    await (await end.open(heardBy().listener)).close();
  });

  test('says once that it is gone, and takes nothing any more', async () => {
    const end = await openEnd();
    const { lost, listener } = heardBy();
    const line = await end.open(listener);
    end.unplug();
    await until(() => lost.length > 0);
    await expect(line.write(Uint8Array.of(1))).rejects.toMatchObject({ code: 'line_lost' });
    await line.close();
    expect(lost).toHaveLength(1);
    await expect(end.open(heardBy().listener)).rejects.toMatchObject({ code: 'line_absent' });
    await end.plugIn();
    await (await end.open(heardBy().listener)).close();
  });

  test('closed by its owner it is not lost', async () => {
    const end = await openEnd();
    const { lost, listener } = heardBy();
    const line = await end.open(listener);
    await line.close();
    await line.close();
    end.unplug();
    expect(lost).toEqual([]);
  });
});

test('a serial line whose far end vanishes is closed every time, and leaves the core alone', async () => {
  const end = await ptyEnd();
  let cpuMs = 0;
  for (let run = 0; run < 12; run += 1) {
    const { lost, listener } = heardBy();
    const line = await end.open(listener);
    // Sometimes idle, sometimes in the middle of traffic.
    if (run % 2 === 1) await line.write(Uint8Array.of(run));
    if (run % 3 === 1) end.send(new Uint8Array(100));
    const before = process.cpuUsage();
    end.unplug();
    await until(() => lost.length === 1, { withinMs: 2_000 });
    const quietUntil = performance.now() + 30;
    await until(() => performance.now() > quietUntil);
    const used = process.cpuUsage(before);
    cpuMs += (used.user + used.system) / 1_000;
    await end.plugIn();
  }
  expect(cpuMs).toBeLessThan(12 * 40);
});

describe('a line over TCP', () => {
  test('hands over what came while it was being opened, in order', async () => {
    const server = await openSerialServer({ greeting: Uint8Array.of(1, 2, 3) });
    cleanUps.push(() => server.unplug());
    const { bytes, listener } = heardBy();
    const line = await tcpLine({ host: '127.0.0.1', port: server.port })(listener);
    server.send(Uint8Array.of(4));
    await until(() => bytes.length === 4);
    expect(bytes).toEqual([1, 2, 3, 4]);
    await line.close();
  });

  test('that pours out more than a serial line carries is none', async () => {
    const server = await openSerialServer({ greeting: new Uint8Array(1_000_000) });
    cleanUps.push(() => server.unplug());
    const open = tcpLine({ host: '127.0.0.1', port: server.port });
    await expect(open(heardBy().listener)).rejects.toMatchObject({ code: 'line_absent' });
  });

  test('sends a small request at once, without waiting for another', async () => {
    const server = await openSerialServer();
    cleanUps.push(() => server.unplug());
    const line = await tcpLine({ host: '127.0.0.1', port: server.port })(heardBy().listener);
    const sizes: number[] = [];
    server.onWritten((chunk) => sizes.push(chunk.length));
    for (let n = 0; n < 5; n += 1) {
      await line.write(new Uint8Array(8));
      await until(() => sizes.length === n + 1, { everyMs: 1 });
    }
    expect(sizes).toEqual([8, 8, 8, 8, 8]);
    await line.close();
  });

  test('is lost when its far end takes nothing any more, rather than hoarding requests', async () => {
    const server = await openSerialServer({ reads: false });
    cleanUps.push(() => server.unplug());
    const { lost, listener } = heardBy();
    const line = await tcpLine({ host: '127.0.0.1', port: server.port })(listener);
    const refused: unknown[] = [];
    for (let n = 0; n < 2_000 && lost.length === 0; n += 1) {
      line.write(new Uint8Array(65_536)).catch((error: unknown) => refused.push(error));
      await new Promise(setImmediate);
    }
    expect(lost).toEqual(['stalled']);
    await until(() => refused.length > 0);
    await line.close();
  });

  test('throws away what came before a flush, and hears what comes after', async () => {
    const end = await tcpEnd();
    const { bytes, listener } = heardBy();
    const line = await end.open(listener);
    await line.flush();
    end.send(Uint8Array.of(5));
    await until(() => bytes.length === 1);
    expect(bytes).toEqual([5]);
    await line.close();
  });
});

describe('a kept line', () => {
  const keep = (open: OpenLine, silenceMs = 60_000) => {
    const attached: Line[] = [];
    let detached = 0;
    const bytes: number[] = [];
    const kept = keepLine({
      open,
      user: {
        attach: (line) => void attached.push(line),
        detach: () => {
          detached += 1;
        },
        bytes: (chunk) => void bytes.push(...chunk),
      },
      silenceMs,
      clock: systemClock,
      log: silentLog,
    });
    return { kept, attached, bytes, detachedCount: () => detached };
  };

  test('is opened again when its adapter comes back', async () => {
    const end = await ptyEnd();
    const { kept, bytes, detachedCount } = keep(end.open);
    await until(() => kept.isOpen);
    end.unplug();
    await until(() => !kept.isOpen);
    expect(detachedCount()).toBe(1);
    await end.plugIn();
    await until(() => kept.isOpen, { withinMs: 5_000 });
    end.send(Uint8Array.of(7));
    await until(() => bytes.length === 1);
    expect(kept.reopened).toBe(1);
    await kept.close();
  });

  test('over TCP is opened again when its serial server comes back', async () => {
    const end = await tcpEnd();
    const { kept, bytes, detachedCount } = keep(end.open);
    await until(() => kept.isOpen);
    end.unplug();
    await until(() => !kept.isOpen);
    expect(detachedCount()).toBe(1);
    await end.plugIn();
    await until(() => kept.isOpen, { withinMs: 5_000 });
    end.send(Uint8Array.of(7));
    await until(() => bytes.length === 1);
    expect(kept.reopened).toBe(1);
    await kept.close();
  });

  test('over TCP whose far end falls silent without a word is opened again', async () => {
    const end = await tcpEnd();
    const { kept, bytes } = keep(end.open, 200);
    await until(() => kept.isOpen);
    await until(() => kept.reopened > 0, { withinMs: 5_000 });
    await until(() => kept.isOpen);
    end.send(Uint8Array.of(9));
    await until(() => bytes.length > 0);
    expect(bytes).toEqual([9]);
    await kept.close();
  });

  test('waits for an adapter that is not there yet', async () => {
    const end = await memoryEnd();
    end.unplug();
    const { kept } = keep(end.open);
    await end.plugIn();
    await until(() => kept.isOpen, { withinMs: 5_000 });
    expect(kept.reopened).toBe(0);
    await kept.close();
  });

  test('is opened again when it has been silent for too long, and not while it speaks', async () => {
    const end = await memoryEnd();
    const { kept } = keep(end.open, 100);
    await until(() => kept.isOpen);
    const speaking = setInterval(() => end.send(Uint8Array.of(1)), 20);
    const speaksUntil = performance.now() + 400;
    await until(() => performance.now() > speaksUntil);
    expect(kept.reopened).toBe(0);
    clearInterval(speaking);
    await until(() => kept.reopened === 1, { withinMs: 5_000 });
    await kept.close();
  });

  test('that spoke while the event loop stood still is heard, not opened again', async () => {
    const silenceMs = 2_000;
    const end = await ptyEnd();
    const { kept, bytes } = keep(end.open, silenceMs);
    await until(() => kept.isOpen);
    end.send(Uint8Array.of(1));
    await until(() => bytes.length === 1);
    end.send(Uint8Array.of(2));
    // Nothing of this process runs meanwhile, as when a machine gives it no turn.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2 * silenceMs);
    await until(() => bytes.length === 2 || kept.reopened > 0 || !kept.isOpen);
    expect(kept.reopened).toBe(0);
    expect(bytes).toEqual([1, 2]);
    await kept.close();
  });

  test('closed while it waits for its next try, it never opens again', async () => {
    const end = await memoryEnd();
    end.unplug();
    const { kept, attached } = keep(end.open);
    await kept.close();
    await end.plugIn();
    const laterAt = performance.now() + 900;
    await until(() => performance.now() > laterAt);
    expect(attached).toEqual([]);
  });
});
