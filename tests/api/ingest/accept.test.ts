import { describe, expect, test } from 'vitest';
import { decide, missingBelow, parseRecord } from '#api/ingest/accept.ts';
import { placeRecords } from '#api/ingest/place-records.ts';
import type { Stored } from '#api/log/log-entry.ts';

const change = (seq: number, state = 'occupied') => ({
  kind: 'bay',
  seq,
  bay: 'lot-1-1',
  state,
  sensedAt: 1_000,
  cause: 'sensor',
  confidence: 0.9,
});
const watched = (seq: number, until: number, line = 'line-1') => ({
  kind: 'observed',
  seq,
  line,
  bays: ['lot-1-1'],
  from: 0,
  until,
});

function stored(sent: object): Stored {
  const parsed = parseRecord(sent);
  return parsed.ok
    ? { kind: 'record', record: parsed.record }
    : { kind: 'deadLetter', content: JSON.stringify(sent) };
}

describe('a record of a batch', () => {
  test.each([
    ['is accepted when it is the next', change(5), 4, undefined, 'accepted'],
    ['waits when one before it is missing', change(6), 4, undefined, 'ahead'],
    ['is a duplicate when it is there already', change(4), 4, change(4), 'duplicate'],
    ['is a duplicate when its seq was declared lost', change(4), 4, undefined, 'duplicate'],
    ['is a conflict with other content', change(4, 'vacant'), 4, change(4), 'conflict'],
    ['is a conflict with another kind', watched(4, 9), 4, change(4), 'conflict'],
    ['extends its interval by a later end', watched(2, 90), 4, watched(2, 50), 'extended'],
    ['never shortens its interval', watched(2, 40), 4, watched(2, 50), 'duplicate'],
    ['is a conflict as another line', watched(2, 90, 'x'), 4, watched(2, 50), 'conflict'],
    ['is kept aside when it is not valid', { seq: 5 }, 4, undefined, 'invalid'],
    ['is a duplicate when it was kept aside before', { seq: 4 }, 4, { seq: 4 }, 'duplicate'],
    ['is a conflict when it was not valid before', change(4), 4, { seq: 4 }, 'conflict'],
    ['is a conflict when it was valid before', { seq: 4 }, 4, change(4), 'conflict'],
  ])('%s', (_, sent, mark, before, expected) => {
    const decision = decide(
      { seq: sent.seq, sent, parsed: parseRecord(sent) },
      mark,
      () => before && stored(before),
    );
    expect(decision.kind).toBe(expected);
  });

  test('is lost when the gateway no longer holds it and it never came', () => {
    expect(missingBelow(8, 4)).toEqual({ fromSeq: 5, toSeq: 8 });
    expect(missingBelow(5, 4)).toBeUndefined();
    expect(missingBelow(1, 4)).toBeUndefined();
  });
});

describe('a record whose seq cannot be read', () => {
  const seqsOf = (records: unknown[], mark: number) =>
    placeRecords(records, mark).map(({ seq }) => seq);

  test('stands at its neighbour plus 1', () => {
    expect(seqsOf([change(5), 'noise', { seq: '7' }, change(8)], 4)).toEqual([5, 6, 7, 8]);
  });
  test('stands before the first that can be read', () => {
    expect(seqsOf([null, change(6)], 4)).toEqual([5, 6]);
  });
  test('stands before the next event when an old interval stands before it', () => {
    expect(seqsOf([watched(2, 90), 'noise', change(6)], 4)).toEqual([2, 5, 6]);
  });
  test('has no place in a batch in which nothing can be read', () => {
    expect(seqsOf(['noise', null], 4)).toEqual([undefined, undefined]);
  });
});
