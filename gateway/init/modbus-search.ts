import { encodeRequest, FC, responseLength, wireMs } from '#contract/modbus.ts';
import type { Request, Response } from '#contract/modbus.ts';
import { decodeRange, rangeMaps, URM_CONTROL } from '#contract/range-registers.ts';
import type { RangeMap } from '#contract/range-registers.ts';
import { sampleBlock } from '#contract/registers.ts';
import type { ModbusKind } from '#contract/sensor-kind.ts';
import { polledKinds } from '../bus/polled-kinds.ts';
import { ResponseReader } from '../bus/response-reader.ts';
import type { SerialSettings } from '../line/serial-line.ts';
import { plausibility } from './hear-family.ts';
import { rest, withPort } from './port-at.ts';
import type { OpenPort } from './port-at.ts';

export interface FoundNode {
  /** More than one where the registers alone do not tell, the likeliest first. */
  readonly kinds: readonly ModbusKind[];
  readonly address: number;
}

export interface FoundBus extends Pick<SerialSettings, 'baud' | 'parity'> {
  readonly nodes: readonly FoundNode[];
  /** Addresses at which something answers that is of no kind we know. */
  readonly strangers: readonly number[];
}

type Link = Pick<SerialSettings, 'baud' | 'parity'>;

/** As bay nodes, URM and DYP leave the shop, then what people set them to. */
const LINKS: readonly Link[] = [
  { baud: 19_200, parity: 'even' },
  { baud: 19_200, parity: 'none' },
  { baud: 115_200, parity: 'none' },
  { baud: 9_600, parity: 'none' },
  { baud: 9_600, parity: 'even' },
  { baud: 38_400, parity: 'none' },
  { baud: 38_400, parity: 'even' },
  { baud: 57_600, parity: 'none' },
  { baud: 57_600, parity: 'even' },
  { baud: 115_200, parity: 'even' },
  { baud: 4_800, parity: 'none' },
  { baud: 4_800, parity: 'even' },
  { baud: 19_200, parity: 'odd' },
  { baud: 9_600, parity: 'odd' },
];

/** DYP and most others 1; URM12 11, URM14 12, URM15 15, URM08 17. Then those that people give. */
const SHOP_ADDRESSES = [1, 11, 12, 15, 17, 247] as const;
const GIVEN_ADDRESSES = [2, 3, 4, 5, 6, 7, 8, 9, 10, 16] as const;
const ROUNDS: readonly (readonly number[])[] = [[1], SHOP_ADDRESSES.slice(1), GIVEN_ADDRESSES];

/** A polite node answers each of these, if only with an exception; others only their own. */
const PROBES: readonly (typeof sampleBlock | RangeMap['poll'])[] = [
  sampleBlock,
  rangeMaps.urm15.poll,
  rangeMaps['dyp-a2x'].poll,
  rangeMaps.mxs485.poll,
];

const ANSWER_MS = 100;

/**
 * Asks at every usual speed and parity until something answers, then whom else it finds on that
 * line, up to `wanted`. Read requests only, but for a URM that waits to be told to measure.
 * `told`: what is tried now. undefined: nothing answered. Throws UnavailableError for a port that
 * cannot be opened.
 */
export async function searchModbus(
  path: string,
  { wanted, told }: { readonly wanted: number; readonly told: (link: Link) => void },
): Promise<FoundBus | undefined> {
  for (const addresses of ROUNDS) {
    for (const link of LINKS) {
      told(link);
      const bus = await withPort({ path, ...link }, async (port) => {
        const first = await firstAnswering(port, link, addresses);
        return first === undefined ? undefined : searchLine(port, link, first, wanted);
      });
      if (bus) return bus;
    }
  }
  return undefined;
}

async function firstAnswering(
  port: OpenPort,
  { baud }: Link,
  addresses: readonly number[],
): Promise<number | undefined> {
  for (const address of addresses) {
    for (const { fc, register, count } of PROBES) {
      if (await ask(port, baud, { fc, address, register, count })) return address;
    }
  }
  return undefined;
}

const MOST_ON_A_LINE = 32;

async function searchLine(
  port: OpenPort,
  link: Link,
  first: number,
  wanted: number,
): Promise<FoundBus> {
  const nodes: FoundNode[] = [];
  const strangers: number[] = [];
  const take = async (address: number) => {
    const kinds = await identify(port, link.baud, address);
    if (kinds === undefined) strangers.push(address);
    else if (kinds.length > 0) nodes.push({ kinds, address });
  };
  await take(first);
  // Neighbours on a line are mostly of the same kind.
  const block = polledKinds[nodes[0]?.kinds[0] ?? 'pbn1'].block;
  for (let address = 1; address <= MOST_ON_A_LINE && nodes.length < wanted; address += 1) {
    if (address === first) continue;
    if (await ask(port, link.baud, { address, ...block })) await take(address);
  }
  return { ...link, nodes: nodes.toSorted((a, b) => a.address - b.address), strangers };
}

/** The kinds that the node at this address may be; empty: nobody is there; undefined: a stranger. */
async function identify(
  port: OpenPort,
  baud: number,
  address: number,
): Promise<readonly ModbusKind[] | undefined> {
  let answers = 0;
  const read = async (fc: 3 | 4, register: number, count: number) => {
    const response = await ask(port, baud, { fc, address, register, count });
    if (response) answers += 1;
    return response?.kind === 'registers' ? response.data : undefined;
  };
  const wordAt = async (register: number | undefined) => {
    const data = register === undefined ? undefined : await read(FC.readHolding, register, 1);
    return data === undefined ? undefined : new DataView(data.buffer, data.byteOffset).getUint16(0);
  };
  const poll = async ({ poll: { fc, register, count } }: RangeMap) => read(fc, register, count);

  const sample = await read(sampleBlock.fc, sampleBlock.register, sampleBlock.count);
  if (sample && polledKinds.pbn1.sample(sample, 0)) return ['pbn1'];

  const urm = rangeMaps.urm15;
  if ((await wordAt(urm.address)) === address && (await poll(urm))) {
    const product = urmByProduct[(await wordAt(URM_PRODUCT)) ?? 0];
    if (product !== undefined) return [product];
    const control = urm.control;
    if (control !== undefined && (await wordAt(control)) !== URM_CONTROL.automatic) {
      await ask(port, baud, {
        fc: FC.writeOne,
        address,
        register: control,
        value: URM_CONTROL.automatic,
      });
      await rest(URM_MEASURES_MS);
    }
    return urmByDistance(await poll(urm));
  }
  const dyp = rangeMaps['dyp-a2x'];
  if ((await wordAt(dyp.address)) === address && (await poll(dyp))) return ['dyp-a2x'];
  const mxs = await poll(rangeMaps.mxs485);
  if (mxs && decodeRange('mxs485', mxs)?.quality === 'ok') return ['mxs485'];
  return answers > 0 ? undefined : [];
}

/** URM: what the sensor is, by the maker's documents of the URM12 and URM15. */
const URM_PRODUCT = 0x0000;
const urmByProduct: Readonly<Record<number, ModbusKind>> = { 1: 'urm12', 5: 'urm15' };
const URM_MEASURES_MS = 400;
const URM_KINDS = ['urm15', 'urm14', 'urm08', 'urm12'] as const;

/** The registers are the same, the unit is not: first what is a height at which sensors hang. */
function urmByDistance(data: Uint8Array | undefined): readonly ModbusKind[] {
  const score = (kind: (typeof URM_KINDS)[number]) => {
    const said = data && decodeRange(kind, data);
    return said?.quality === 'ok' ? plausibility([said.distance]) : 0;
  };
  return URM_KINDS.toSorted((a, b) => score(b) - score(a));
}

/** One exchange, tried once; undefined where nothing whole comes in time. */
async function ask(port: OpenPort, baud: number, request: Request): Promise<Response | undefined> {
  const reader = new ResponseReader(request, false);
  const sent = encodeRequest(request);
  const characters = sent.length + responseLength(request);
  let timer: NodeJS.Timeout | undefined;
  const answer = new Promise<Response | undefined>((resolve) => {
    port.listen((chunk) => {
      const response = reader.push(chunk);
      if (response) resolve(response);
    });
    timer = setTimeout(() => resolve(undefined), ANSWER_MS + wireMs(characters, baud));
  });
  try {
    await port.line.write(sent);
    return await answer;
  } finally {
    clearTimeout(timer);
  }
}
