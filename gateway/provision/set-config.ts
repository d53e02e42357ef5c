import { FC } from '#contract/modbus.ts';
import { configCrc, linkOfConfig } from '#contract/node-config.ts';
import type { Link } from '#contract/node-config.ts';
import { COMMIT, configBlock, sampleBlock, STATUS } from '#contract/registers.ts';
import type { ConfigRegisters } from '#contract/registers.ts';
import { RejectedError } from '#runtime/errors.ts';
import type { Exchange, ModbusMaster } from '../bus/modbus-master.ts';
import { lineLost } from '../line/line-lost.ts';
import { withMaster } from './line-access.ts';
import type { LineAccess } from './line-access.ts';

export type ConfigEvent =
  | { readonly kind: 'staged' }
  /** In use at the node, and not confirmed yet. */
  | { readonly kind: 'on-trial'; readonly link: Link; readonly address: number }
  | { readonly kind: 'confirmed' }
  /** The node did not answer as it should by now; it returns to what it had. */
  | { readonly kind: 'reverting'; readonly inMs: number };

const CONFIRM_TRIES = 12;
const BETWEEN_TRIES_MS = 250;
/** After the node's own ten seconds. */
const REVERTED_MARGIN_MS = 500;

/** Throws RejectedError where the node does not answer or knows no configuration. */
export async function readConfig(master: ModbusMaster, address: number): Promise<ConfigRegisters> {
  const { fc, register, count } = configBlock;
  const data = dataOf(await master.request({ fc, address, register, count }));
  if (data === undefined) {
    throw new RejectedError(
      'no_answer',
      `no configuration comes from address ${address}: is it a bay node, under power, and set to this speed? \`line scan\` shows who answers where`,
    );
  }
  return configBlock.decode(data);
}

/**
 * Stages a configuration at a node, puts it to use, and confirms it over the link that it names. A
 * node that cannot be heard there returns to what it had: RejectedError `reverted`.
 */
export async function* setConfig(
  access: LineAccess,
  {
    link,
    address,
    config,
  }: { readonly link: Link; readonly address: number; readonly config: ConfigRegisters },
): AsyncGenerator<ConfigEvent, void> {
  const newLink = linkOfConfig(config);
  const isSameLink = newLink.baud === link.baud && newLink.parity === link.parity;
  if (!isSameLink && !access.isTunable) {
    throw new RejectedError(
      'not_tunable',
      `the speed of ${access.name} is set at its serial server, not from here, and nothing could confirm it within ten seconds: leave baud and parity, or set the nodes at a port of this machine`,
    );
  }
  await withMaster(access, link, async (master) => {
    await stage(master, address, config);
    // Whether the word arrived shows at the other end of the trial; a second one would confirm it.
    await master.request(commitAt(address));
  });
  yield { kind: 'staged' };
  const onTrialAt = access.clock.monoMs();
  yield { kind: 'on-trial', link: newLink, address: config.address };
  if (await isConfirmed(access, newLink, config, onTrialAt)) {
    yield { kind: 'confirmed' };
    return;
  }
  const waitMs = onTrialAt + COMMIT.confirmWithinMs + REVERTED_MARGIN_MS - access.clock.monoMs();
  yield { kind: 'reverting', inMs: Math.max(0, Math.round(waitMs)) };
  await access.pause(Math.max(0, waitMs));
  throw await afterRevert(access, link, address, newLink);
}

const commitAt = (address: number) =>
  ({ fc: FC.writeOne, address, register: COMMIT.register, value: COMMIT.value }) as const;

async function stage(
  master: ModbusMaster,
  address: number,
  config: ConfigRegisters,
): Promise<void> {
  const bytes = configBlock.encode(config);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const values = Array.from({ length: configBlock.count }, (_, at) => view.getUint16(2 * at));
  const { register } = configBlock;
  const exchange = await master.request({ fc: FC.writeMany, address, register, values });
  if (exchange.kind === 'lost') throw lineLost();
  if (exchange.kind === 'exception') {
    throw new RejectedError('refused', `the node at ${address} refuses this configuration`);
  }
  if (exchange.kind === 'missed') {
    throw new RejectedError(
      'no_answer',
      `the node at ${address} does not answer: nothing was changed`,
    );
  }
}

/** Says the commit word over the new link until the node is seen to keep what it has. */
async function isConfirmed(
  access: LineAccess,
  link: Link,
  config: ConfigRegisters,
  onTrialAt: number,
): Promise<boolean> {
  const { address } = config;
  const lastAt = onTrialAt + COMMIT.confirmWithinMs - 2 * BETWEEN_TRIES_MS;
  return withMaster(access, link, async (master) => {
    for (let tried = 0; tried < CONFIRM_TRIES; tried += 1) {
      if (access.clock.monoMs() > lastAt) return false;
      const exchange = await master.request(commitAt(address));
      if (exchange.kind === 'lost') throw lineLost();
      if (await isKept(master, config)) return true;
      await access.pause(BETWEEN_TRIES_MS);
    }
    return false;
  });
}

async function isKept(master: ModbusMaster, config: ConfigRegisters): Promise<boolean> {
  const { fc, register, count } = sampleBlock;
  const { address } = config;
  const data = dataOf(await master.request({ fc, address, register, count }, { retry: false }));
  if (data === undefined) return false;
  const sample = sampleBlock.decode(data);
  return sample.configCrc === configCrc(config) && (sample.status & STATUS.configChanged) === 0;
}

/** What is to be said when the new configuration was not confirmed. */
async function afterRevert(
  access: LineAccess,
  link: Link,
  address: number,
  tried: Link,
): Promise<RejectedError> {
  const at = `${tried.baud} ${tried.parity}`;
  try {
    await withMaster(access, link, (master) => readConfig(master, address));
    return new RejectedError(
      'reverted',
      `the node did not answer at ${at}: it has gone back to what it had, and answers at address ${address} as before. Can this adapter and this line carry ${at}? \`line check\` shows how well it carries what it does now`,
    );
  } catch (error) {
    if (!(error instanceof RejectedError)) throw error;
    return new RejectedError(
      'node_lost',
      `the node answers neither at ${at} nor as before: switch its supply off and on, which brings back what it had, then look with \`line scan\``,
    );
  }
}

function dataOf(exchange: Exchange): Uint8Array | undefined {
  if (exchange.kind === 'lost') throw lineLost();
  if (exchange.kind !== 'answered' || exchange.response.kind !== 'registers') return undefined;
  return exchange.response.data;
}
