import { FC } from '#contract/modbus.ts';
import type { Request, Response } from '#contract/modbus.ts';
import { decodeRange, rangeMaps } from '#contract/range-registers.ts';
import type { RangeReading } from '#contract/range-registers.ts';
import { identityBlock } from '#contract/registers.ts';
import type { ModbusRangeKind } from '#contract/sensor-kind.ts';
import type { Uid } from '#contract/uid-search.ts';
import type { ModbusMaster } from '../bus/modbus-master.ts';
import { lineLost } from '../line/line-lost.ts';

/** What a PBN-1 node says first. */
export const VENDOR = 0x424a;

/** A family of sensors for sale, told by the registers it answers to. */
export const RANGE_FAMILIES = {
  urm: { kind: 'urm14', label: 'DFRobot URM08, 12, 14 or 15 (its label says which)' },
  'dyp-a2x': { kind: 'dyp-a2x', label: 'DYP A2x, SEN0591 or SEN0592' },
  mxs485: { kind: 'mxs485', label: 'MXS485' },
} as const satisfies Readonly<
  Record<string, { readonly kind: ModbusRangeKind; readonly label: string }>
>;
export type RangeFamily = keyof typeof RANGE_FAMILIES;

/** Who is at an address. */
export type Occupant =
  | {
      readonly is: 'pbn1';
      readonly address: number;
      readonly uid: Uid;
      readonly hardware: number;
      readonly firmware: number;
    }
  | {
      readonly is: 'range';
      readonly address: number;
      readonly family: RangeFamily;
      readonly reading: RangeReading;
    }
  /** Answers over answers, three times in a row: more than one sensor has this address. */
  | { readonly is: 'crowd'; readonly address: number }
  /** It speaks Modbus and knows none of the registers that are known here. */
  | { readonly is: 'stranger'; readonly address: number };

const TRIES = 3;

/**
 * Who answers at an address; undefined: nobody. Asks for what each family has, and hears everybody
 * out, so that two sensors are never taken for one. `firstWithinMs`: how long nobody must speak, where
 * that is to be shorter than for a poll. Throws UnavailableError when the line is lost.
 */
export async function identify(
  master: ModbusMaster,
  address: number,
  patience: { readonly firstWithinMs?: number } = {},
): Promise<Occupant | undefined> {
  const { fc, register, count } = identityBlock;
  const first = await answerTo(master, { fc, address, register, count }, patience);
  if (first === 'crowd') return { is: 'crowd', address };
  const node = first && nodeOf(address, first);
  if (node) return node;
  let isThere = first !== undefined;
  for (const [family, { kind }] of Object.entries(RANGE_FAMILIES)) {
    const request = { ...rangeMaps[kind].poll, address };
    // Who is known to be there is asked again when a word was lost.
    const answer = isThere
      ? await repliedTo(master, request)
      : await answerTo(master, request, patience);
    if (answer === 'crowd') return { is: 'crowd', address };
    if (answer !== undefined) isThere = true;
    const reading = answer?.kind === 'registers' ? decodeRange(kind, answer.data) : undefined;
    if (reading) return { is: 'range', address, family: family as RangeFamily, reading };
  }
  return isThere ? { is: 'stranger', address } : undefined;
}

/** The PBN-1 node that alone has this address; undefined: nobody, several, or another sensor. */
export async function identifyNode(
  master: ModbusMaster,
  address: number,
): Promise<Extract<Occupant, { readonly is: 'pbn1' }> | undefined> {
  const { fc, register, count } = identityBlock;
  const exchange = await master.request({ fc, address, register, count });
  if (exchange.kind === 'lost') throw lineLost();
  return exchange.kind === 'answered' ? nodeOf(address, exchange.response) : undefined;
}

function nodeOf(
  address: number,
  answer: Response,
): Extract<Occupant, { readonly is: 'pbn1' }> | undefined {
  if (answer.kind !== 'registers' || answer.fc !== FC.readHolding) return undefined;
  const identity = identityBlock.decode(answer.data);
  if (identity.vendor !== VENDOR) return undefined;
  const { hardware, firmware, uidHigh: high, uidMiddle: middle, uidLow: low } = identity;
  return { is: 'pbn1', address, uid: { high, middle, low }, hardware, firmware };
}

async function repliedTo(master: ModbusMaster, request: Request): Promise<Response | undefined> {
  const exchange = await master.request(request);
  if (exchange.kind === 'lost') throw lineLost();
  return exchange.kind === 'answered' ? exchange.response : undefined;
}

/** One spoilt answer is noise; three are several sensors. */
async function answerTo(
  master: ModbusMaster,
  request: Request,
  patience: { readonly firstWithinMs?: number },
): Promise<Response | 'crowd' | undefined> {
  for (let tried = 0; tried < TRIES; tried += 1) {
    const heard = await master.overhear(request, patience);
    if (heard === undefined) throw lineLost();
    const { answers, strayBytes } = heard;
    if (answers.length === 0 && strayBytes === 0) return undefined;
    if (answers.length === 1 && strayBytes === 0) return answers[0];
  }
  return 'crowd';
}
