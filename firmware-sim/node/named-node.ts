import { EXCEPTION, FC } from '#contract/modbus.ts';
import type { Request, Response } from '#contract/modbus.ts';
import { KEEP_QUIET, TAKE_ADDRESS } from '#contract/registers.ts';
import {
  encodeSearchAnswer,
  hasPrefix,
  isSameUid,
  searchedPrefix,
  uidOfWords,
} from '#contract/uid-search.ts';
import type { Uid } from '#contract/uid-search.ts';
import { IDENTITY } from './registers-of-node.ts';

/** Where a write that is meant for one UID has that UID's first register. */
const UID_AT: ReadonlyMap<number, number> = new Map([
  [TAKE_ADDRESS.register, 1],
  [KEEP_QUIET.register, 0],
]);

/** A write that names the UID of another node: whoever it is not meant for does not answer it. */
export function namesAnother(request: Request, uid: Uid): boolean {
  if (request.fc !== FC.writeMany) return false;
  const at = UID_AT.get(request.register);
  if (at === undefined || request.values.length !== at + 6) return false;
  return !isSameUid(uid, uidOfWords(request.values.slice(at)));
}

/** Only whose UID begins as searched speaks: several may share the address. */
export function answerToSearch(request: Request, uid: Uid): Response | undefined {
  const { address, fc } = request;
  const prefix = searchedPrefix(request);
  if (prefix === undefined) {
    return { kind: 'exception', address, fc, exception: EXCEPTION.illegalAddress };
  }
  if (!hasPrefix(uid, prefix)) return undefined;
  const { firmware } = IDENTITY;
  return { kind: 'registers', address, fc, data: encodeSearchAnswer({ firmware, uid }) };
}
