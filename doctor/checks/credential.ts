import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { systemClock } from '#runtime/clock.ts';
import { messageOf } from '#runtime/errors.ts';
import { silentLog } from '#runtime/log.ts';
import type { Log } from '#runtime/log.ts';
import { openLock } from '#runtime/sqlite.ts';
import { openMqttLink } from '#runtime/typed-mqtt.ts';
import { fine, problem, skipped } from '../finding.ts';
import type { Check, Finding, Patient } from '../finding.ts';

const WITHIN_MS = 4_000;
/** Says nothing of the secret, and is often over at the next try: one that has too much to do hangs up. */
const PASSING = /ECONNRESET|EPIPE|hung up/;

/** Whether the broker takes the secret. Not tried while its owner runs: the broker keeps one of a name. */
export const credential: Check = {
  name: 'credential',
  run: async (patient) => {
    const { clientId, secretFile } = patient;
    if (secretFile === '' || clientId === '') {
      return [skipped('no --client-id and --secret-file to try at the broker')];
    }
    if (isRunning(patient)) return [skipped(`"${clientId}" runs and is connected by itself`)];
    try {
      const secret = readFileSync(secretFile, 'utf8').trim();
      return [judgeCredential(clientId, await connectOnce(patient, secret))];
    } catch (error) {
      return [problem(messageOf(error), 'certain', 'Name the file that holds the secret.')];
    }
  },
};

/** `refusal`: what the broker, or the way there, said; undefined: it let the client in. */
export function judgeCredential(clientId: string, refusal: string | undefined): Finding {
  if (refusal === undefined) return fine(`the broker takes the secret of "${clientId}"`);
  if (refusal.includes('certificate')) {
    const mend = 'Name the CA that signed it with --ca-file, or renew it: docs/broker.md.';
    return problem(`the broker cannot be trusted: ${refusal}`, 'certain', mend);
  }
  if (!/not authorized|bad user ?name or password|identifier rejected/i.test(refusal)) {
    return skipped(`the secret of "${clientId}" could not be tried: ${refusal}`);
  }
  const mend = `Give "${clientId}" a new secret at the broker and put it into its secret file.`;
  return problem(`the broker refuses the secret of "${clientId}": ${refusal}`, 'certain', mend);
}

function isRunning({ dataFolder }: Patient): boolean {
  const path = join(dataFolder, 'in-use.lock');
  if (!existsSync(path)) return false;
  const lock = openLock(path);
  lock?.close();
  return lock === undefined;
}

async function connectOnce(
  { brokerUrl: url, clientId: id, ...files }: Patient,
  secret: string,
): Promise<string | undefined> {
  const tls = {
    caFile: files.caFile || undefined,
    clientCertFile: files.clientCertFile || undefined,
    clientKeyFile: files.clientKeyFile || undefined,
  };
  return new Promise((resolve) => {
    const end = (refusal: string | undefined) => {
      clearTimeout(timer);
      void link.close().then(() => resolve(refusal));
    };
    let last = 'no answer';
    const timer = setTimeout(() => end(last), WITHIN_MS);
    const log: Log = {
      ...silentLog,
      warn: ({ reason }: { readonly reason?: string }) => {
        if (reason === undefined) return;
        last = reason;
        // The link tries again by itself.
        if (!PASSING.test(reason)) end(reason);
      },
    };
    const link = openMqttLink({ url, id, secret, tls, clock: systemClock, log });
    link.onUp(() => end(undefined));
  });
}
