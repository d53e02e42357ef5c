// The least that asking these nodes takes: plain serialport, the same requests at the same pace, each
// answer counted by its length and thrown away. argv: JSON with `paths`, `requests` (hex), `answerBytes`,
// `everyMs`. Says "ready" when all lines are open.
import process from 'node:process';
import { setTimeout as pass } from 'node:timers/promises';
import { SerialPort } from 'serialport';

const { paths, requests, answerBytes, everyMs } = JSON.parse(process.argv[2] ?? '{}');
const frames = requests.map((hex) => Buffer.from(hex, 'hex'));
const ANSWERS_WITHIN_MS = 200;

async function ask(path) {
  const port = new SerialPort({ path, baudRate: 115_200, parity: 'even', autoOpen: false });
  await new Promise((resolve, reject) => {
    port.open((error) => (error ? reject(error) : resolve()));
  });
  let heard = 0;
  let answered = () => undefined;
  port.on('data', (bytes) => {
    heard += bytes.length;
    if (heard >= answerBytes) answered();
  });
  return async () => {
    for (;;) {
      const from = performance.now();
      for (const [at, frame] of frames.entries()) {
        // Evenly over the period, as a gateway asks.
        await pass(Math.max(0, from + (everyMs * at) / frames.length - performance.now()));
        heard = 0;
        await new Promise((resolve) => {
          const late = setTimeout(resolve, ANSWERS_WITHIN_MS);
          answered = () => {
            clearTimeout(late);
            resolve(undefined);
          };
          port.write(frame);
        });
      }
      await pass(Math.max(0, from + everyMs - performance.now()));
    }
  };
}

const lines = await Promise.all(paths.map(ask));
process.stdout.write('ready\n');
await Promise.all(lines.map((run) => run()));
