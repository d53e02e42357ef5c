/** A record of a batch as sent, with its place in the journal; undefined: no neighbour tells it. */
export interface PlacedRecord {
  readonly seq: number | undefined;
  readonly sent: unknown;
}

/**
 * Where each record of a batch stands. A record whose `seq` cannot be read stands at its
 * neighbour's plus 1; where an extended interval (an old seq) stands before it, the neighbour
 * after it decides. `mark`: the last accepted seq of the journal.
 */
export function placeRecords(records: readonly unknown[], mark: number): readonly PlacedRecord[] {
  const seqs = records.map(seqOf);
  const placed: PlacedRecord[] = [];
  for (const [at, sent] of records.entries()) {
    placed.push({ seq: seqs[at] ?? inferredSeq(seqs, placed[at - 1]?.seq, at, mark), sent });
  }
  return placed;
}

function inferredSeq(
  seqs: readonly (number | undefined)[],
  before: number | undefined,
  at: number,
  mark: number,
): number | undefined {
  const fromBefore = before === undefined ? undefined : before + 1;
  const nextAt = seqs.findIndex((seq, index) => index > at && seq !== undefined);
  const next = nextAt === -1 ? undefined : seqs[nextAt];
  const fromAfter = next === undefined ? undefined : next - (nextAt - at);
  if (fromBefore === undefined)
    return fromAfter !== undefined && fromAfter >= 1 ? fromAfter : undefined;
  return fromBefore <= mark && fromAfter !== undefined && fromAfter > mark ? fromAfter : fromBefore;
}

function seqOf(sent: unknown): number | undefined {
  if (typeof sent !== 'object' || sent === null || !('seq' in sent)) return undefined;
  const { seq } = sent;
  return typeof seq === 'number' && Number.isSafeInteger(seq) && seq >= 1 ? seq : undefined;
}
