import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from '../../../tests/support/free-port.ts';

export interface Runtime {
  readonly pid: number;
  readonly port: number;
  /** Undefined while it runs. */
  ended(): string | undefined;
  close(): Promise<void>;
}

/** Node-RED with this flow and nothing that costs without being the flow; not waited for. */
export async function startRuntime(
  installed: string,
  folder: string,
  flow: readonly object[],
): Promise<Runtime> {
  const userFolder = join(folder, 'user');
  mkdirSync(userFolder);
  writeFileSync(join(userFolder, 'flows.json'), JSON.stringify(flow));
  const port = await freePort();
  const settings = {
    uiHost: '127.0.0.1',
    uiPort: port,
    flowFile: 'flows.json',
    credentialSecret: false,
    httpAdminRoot: false,
    disableEditor: true,
    diagnostics: { enabled: false },
    telemetry: { enabled: false },
    editorTheme: { projects: { enabled: false }, palette: { editable: false } },
    externalModules: { palette: { allowInstall: false } },
    functionExternalModules: false,
    logging: { console: { level: 'off', metrics: false, audit: false } },
    // Messages go from node to node at once, without a turn of the event loop between them.
    runtimeSyncDelivery: true,
  };
  const settingsFile = join(folder, 'settings.cjs');
  writeFileSync(settingsFile, `module.exports = ${JSON.stringify(settings)};\n`);
  const program = join(installed, 'node_modules', 'node-red', 'red.js');
  const args = [program, '--settings', settingsFile, '--userDir', userFolder];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
  const gone = once(child, 'exit');
  return {
    pid: child.pid ?? 0,
    port,
    ended: () =>
      child.exitCode === null && child.signalCode === null
        ? undefined
        : `Node-RED ended with ${child.exitCode ?? child.signalCode}:\n${said}`,
    close: async () => {
      child.kill('SIGKILL');
      await gone;
    },
  };
}
