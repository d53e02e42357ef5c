import type { JournalRecord } from '#contract/event.ts';
import { MAX_MESSAGE_BYTES } from '#contract/message-size.ts';

export const MOST_RECORDS = 500;
/** What a batch needs around its records: ids of up to 64 held journals, times, the envelope. */
const ENVELOPE_BYTES = 400;
const BYTES_PER_HELD_JOURNAL = 36;

/** As many of the records, from the first, as fit into one message and follow each other by seq. */
export function fittingBatch(
  records: readonly JournalRecord[],
  heldCount: number,
  { contiguous }: { readonly contiguous: boolean },
): JournalRecord[] {
  let bytesLeft = MAX_MESSAGE_BYTES - ENVELOPE_BYTES - heldCount * BYTES_PER_HELD_JOURNAL;
  const batch: JournalRecord[] = [];
  for (const record of records) {
    const before = batch.at(-1);
    if (contiguous && before && record.seq !== before.seq + 1) break;
    // Ids are plain ASCII, so that characters are bytes.
    bytesLeft -= JSON.stringify(record).length + 1;
    if (batch.length > 0 && (bytesLeft < 0 || batch.length >= MOST_RECORDS)) break;
    batch.push(record);
  }
  return batch;
}
