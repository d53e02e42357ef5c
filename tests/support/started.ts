import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { freePort } from './free-port.ts';
import { openTempFolder } from './temp-folder.ts';
import { until } from './until.ts';
import { built } from './built.ts';

/** `npm start` with these flags, as a person sees it. */
export async function started(...flags: string[]) {
  const temp = openTempFolder();
  const [httpPort, mqttPort] = [await freePort(), await freePort()];
  const data = ['--data', temp.path, '--site', 'seeds/elsewhere'];
  const ports = ['--http-port', String(httpPort), '--mqtt-port', String(mqttPort)];
  const asked = [...built('start'), ...data, ...ports, ...flags];
  const child = spawn(process.execPath, asked);
  let said = '';
  child.stdout.on('data', (bytes: Buffer) => (said += bytes.toString()));
  child.stderr.on('data', (bytes: Buffer) => (said += bytes.toString()));
  const ended = once(child, 'close');
  await until(() => said.includes('Ctrl-C stops everything.'), { withinMs: 25_000 });
  return {
    said,
    data: temp.path,
    url: `http://127.0.0.1:${httpPort}`,
    httpPort,
    mqttPort,
    [Symbol.asyncDispose]: async () => {
      child.kill('SIGINT');
      await ended;
      temp[Symbol.dispose]();
    },
  };
}
