import { spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { mosquittoAcl, mosquittoPasswords } from '#api/admin/mosquitto.ts';
import { readCredentials } from '#runtime/credentials.ts';
import { freePort } from './free-port.ts';
import { findProgram } from './programs.ts';
import { until } from './until.ts';

const MOST_SAID = 10_000;

/** Where the machine has it. Where nothing may be left out and it is missing: its bare name, which fails loudly. */
export function findMosquitto(
  whatIsLeftOut = 'a real Mosquitto in the place of our broker',
): string | undefined {
  const found = findProgram('mosquitto', whatIsLeftOut);
  return found ?? (process.env['BINJARI_LEAVE_NOTHING_OUT'] === '1' ? 'mosquitto' : undefined);
}

export interface Mosquitto {
  /** With TLS. */
  readonly secureUrl: string;
  readonly plainUrl: string;
  /** Its listening sockets, as its log names them. */
  readonly ports: readonly number[];
  /** Users and rules as the credentials say now. */
  reload(): void;
  close(): Promise<void>;
}

export interface MosquittoPlace {
  readonly program: string;
  readonly folder: string;
  readonly credentialsFile: string;
  readonly site: string;
  /** As `admin tls make` writes it. */
  readonly tlsFolder: string;
  /** Appended to the rules: somebody who sees more, for a test. */
  readonly moreRules?: string;
}

/** The real one with the configuration that we ship: only its paths and ports are another's. */
export async function startMosquitto(place: MosquittoPlace): Promise<Mosquitto> {
  const { program, folder, credentialsFile, site, tlsFolder, moreRules = '' } = place;
  const securePort = await freePort();
  let plainPort = await freePort();
  while (plainPort === securePort) plainPort = await freePort();
  const shipped = readFileSync('deploy/mosquitto/mosquitto.conf', 'utf8');
  const config = shipped
    .replaceAll('/etc/binjari/mosquitto', folder)
    .replaceAll('/etc/binjari/tls', tlsFolder)
    .replace('listener 8883', `listener ${securePort} 127.0.0.1`)
    .replace('listener 1883', `listener ${plainPort}`);
  const configFile = join(folder, 'mosquitto.conf');
  writeFileSync(configFile, `user ${userInfo().username}\n${config}`);

  function writeRules(): void {
    const clients = [...readCredentials(credentialsFile).values()];
    writeFileSync(join(folder, 'passwords'), mosquittoPasswords(clients), { mode: 0o600 });
    writeFileSync(join(folder, 'acl'), `${mosquittoAcl(clients, site)}\n${moreRules}`, {
      mode: 0o600,
    });
  }
  writeRules();

  const child = spawn(program, ['-v', '-c', configFile], { stdio: ['ignore', 'ignore', 'pipe'] });
  let said = '';
  child.stderr.on('data', (chunk: Buffer) => {
    if (said.length < MOST_SAID) said += chunk.toString();
  });
  const gone = new Promise<void>((resolve) => {
    child.once('error', (error) => {
      said += error.message;
      resolve();
    });
    child.once('exit', () => resolve());
  });
  let isGone = false;
  void gone.then(() => (isGone = true));
  await until(async () => {
    if (isGone) throw new Error(said);
    return (await listens(securePort)) && (await listens(plainPort));
  });
  return {
    secureUrl: `mqtts://127.0.0.1:${securePort}`,
    plainUrl: `mqtt://127.0.0.1:${plainPort}`,
    ports: [...said.matchAll(/Opening ipv[46] listen socket on port (\d+)/g)].map(([, port]) =>
      Number(port),
    ),
    reload: () => {
      writeRules();
      child.kill('SIGHUP');
    },
    close: async () => {
      child.kill('SIGKILL');
      await gone;
    },
  };
}

async function listens(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('connect', () => {
      socket.destroy();
      resolve(true);
    });
    socket.once('error', () => resolve(false));
  });
}
