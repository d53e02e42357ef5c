import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { connectAsync } from 'mqtt';
import { freePort } from '../../../tests/support/free-port.ts';
import { until } from '../../../tests/support/until.ts';

export interface PlainMosquitto {
  readonly port: number;
  readonly pid: number;
  close(): Promise<void>;
}

/** One without users or encryption, with nothing queued for later and nothing dropped. */
export async function startPlainMosquitto(
  program: string,
  folder: string,
): Promise<PlainMosquitto> {
  const port = await freePort();
  const file = join(folder, 'mosquitto.conf');
  // Its own limits, 20 in flight and 1,000 queued, would lose changes at most.
  writeFileSync(
    file,
    `user ${userInfo().username}
listener ${port} 127.0.0.1
allow_anonymous true
persistence false
set_tcp_nodelay true
max_inflight_messages 0
max_queued_messages 0
log_dest none
`,
  );
  const child = spawn(program, ['-c', file], { stdio: 'ignore' });
  const gone = once(child, 'exit');
  const url = `mqtt://127.0.0.1:${port}`;
  await until(async () => {
    if (child.exitCode !== null) throw new Error(`mosquitto ended with ${child.exitCode}`);
    const client = await connectAsync(url, { reconnectPeriod: 0 });
    await client.endAsync();
    return true;
  });
  return {
    port,
    pid: child.pid ?? 0,
    close: async () => {
      child.kill('SIGKILL');
      await gone;
    },
  };
}
