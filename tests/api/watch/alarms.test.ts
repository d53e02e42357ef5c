import { spawn } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { AlarmsAnswer } from '#contract/http.ts';
import { GatewayId, JournalId } from '#contract/ids.ts';
import { serveStreet } from '../http/served-street.ts';
import type { ServedStreet } from '../http/served-street.ts';
import { built } from '../../support/built.ts';

const gateway = GatewayId.parse('gateway-1');
const journal = JournalId.parse('a'.repeat(32));

let street: ServedStreet;
beforeAll(async () => {
  street = await serveStreet();
});
afterAll(async () => street[Symbol.asyncDispose]());

/** The gateway says of itself that a line stalled, or that nothing is wrong. */
function hearGateway(isWrong: boolean): void {
  const heardAt = Date.now();
  const stalled = {
    alarm: 'line_stalled',
    subject: 'line-0',
    cause: 'it stands',
    since: 7,
  } as const;
  const message = {
    v: 1,
    state: 'online',
    gateway,
    journal,
    held: [journal],
    software: 'x',
    simulated: true,
    startedAt: 0,
    publishedAt: heardAt,
    unsettled: 0,
    lines: [],
    alarms: isWrong ? [stalled] : [],
  } as const;
  const { held, lines, alarms, ...rest } = message;
  const mutable = { ...rest, held: [...held], lines: [...lines], alarms: [...alarms] };
  street.gateways.hear(gateway, mutable, heardAt, false);
}

const bearer = () => ({ headers: { authorization: `Bearer ${street.token}` } });

async function askAlarms(): Promise<AlarmsAnswer> {
  const answer = await fetch(`${street.url}/api/v1/operator/alarms`, {
    headers: { authorization: `Bearer ${street.token}` },
  });
  return AlarmsAnswer.parse(await answer.json());
}

async function admin(): Promise<{ code: number | null; out: string }> {
  const child = spawn(process.execPath, [...built('admin'), 'alarms'], {
    env: {
      ...process.env,
      BINJARI_URL: street.url,
      BINJARI_OPERATOR_TOKEN_FILE: street.tokenFile,
    },
  });
  let out = '';
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString('utf8')));
  const code = await new Promise<number | null>((resolve) => {
    child.once('close', resolve);
  });
  return { code, out };
}

describe('what a gateway finds wrong with itself', () => {
  test('is told to operators with what to do, counted in the metrics, and shown by the command', async () => {
    hearGateway(true);
    const { alarms } = await askAlarms();
    expect(alarms).toMatchObject([
      {
        alarm: 'line_stalled',
        severity: 'critical',
        gateway,
        subject: 'line-0',
        cause: 'it stands',
      },
    ]);
    const metrics = await (await fetch(`${street.url}/metrics`, bearer())).text();
    expect(metrics).toContain(
      'binjari_alarm{alarm="line_stalled",severity="critical",gateway="gateway-1",subject="line-0"} 1',
    );
    expect(metrics).toContain('binjari_alarms_raised_total{alarm="gateway_silent"} 0');
    const shown = await admin();
    expect(shown.code).toBe(1);
    expect(shown.out).toMatch(/^critical line_stalled \(gateway-1 line-0\) since 1970/);

    hearGateway(false);
    expect((await askAlarms()).alarms).toEqual([]);
    expect(await (await fetch(`${street.url}/metrics`, bearer())).text()).not.toContain(
      'line_stalled",sev',
    );
    expect(await admin()).toEqual({ code: 0, out: 'no alarm\n' });
  });
});
