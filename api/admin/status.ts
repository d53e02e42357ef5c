import type { Command } from 'commander';
import { ask, whereOf } from './ask.ts';
import type { Where } from './ask.ts';
import { exitCodes } from './terminal.ts';
import type { Terminal } from './terminal.ts';

export function addStatus(program: Command, terminal: Terminal): void {
  program
    .command('status')
    .description("readiness, the view's lag, gateways and their lines")
    .option('--json', 'as JSON')
    .action(async ({ json = false }: { readonly json?: boolean }, command: Command) => {
      const ready = await runStatus(whereOf(command), json, terminal);
      if (!ready) process.exitCode = exitCodes.failed;
    });
}

interface Ready {
  readonly status: 'ready' | 'notReady';
  readonly checks: readonly { name: string; ok: boolean; detail: string }[];
}

interface Gateways {
  readonly simulated: boolean;
  readonly gateways: readonly {
    readonly gateway: string;
    readonly state: string;
    readonly heardAt: string | null;
    readonly last: {
      readonly unsettled: number;
      readonly lost?: number;
      readonly undated?: number;
      readonly lines: readonly {
        readonly line: string;
        readonly state: string;
        readonly answering: number;
        readonly sensors: number;
      }[];
    } | null;
  }[];
}

/** Prints what holds now; false when the api is not ready. */
async function runStatus(where: Where, json: boolean, { out }: Terminal): Promise<boolean> {
  const gateways = (await (await ask(where, '/api/v1/operator/gateways')).json()) as Gateways;
  const answer = await ask(where, '/api/v1/operator/readiness');
  const { status, checks } = (await answer.json()) as Ready;
  const isReady = status === 'ready';
  if (json) {
    out.write(`${JSON.stringify({ ready: isReady, status, checks, ...gateways }, null, 2)}\n`);
    return isReady;
  }
  const lines = [
    `${isReady ? 'ready' : 'NOT READY'}${gateways.simulated ? ' (simulated site)' : ''}`,
    ...checks.map(({ name, detail }) => `  ${name}: ${detail}`),
    ...gateways.gateways.flatMap((gateway) => [
      `${gateway.gateway}: ${gateway.state}${gateway.heardAt ? `, heard ${gateway.heardAt}` : ''}` +
        (gateway.last ? `, ${gateway.last.unsettled} unsettled${troubleOf(gateway.last)}` : ''),
      ...(gateway.last?.lines ?? []).map(
        (line) => `  ${line.line}: ${line.state}, ${line.answering} of ${line.sensors} answer`,
      ),
    ]),
  ];
  out.write(`${lines.join('\n')}\n`);
  return isReady;
}

function troubleOf({ lost = 0, undated = 0 }: NonNullable<Gateways['gateways'][0]['last']>) {
  return (lost > 0 ? `, ${lost} lost` : '') + (undated > 0 ? `, ${undated} undated` : '');
}
