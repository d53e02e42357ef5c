import { describe, expect, test } from 'vitest';
import { LineId } from '#contract/ids.ts';
import type { LineStatus } from '#contract/messages.ts';
import { GatewayConditions } from '#gateway/health/conditions.ts';
import type { GatewaySeen } from '#gateway/health/conditions.ts';

function line(timeouts: number, state: LineStatus['state'] = 'silent'): LineStatus {
  return {
    line: LineId.parse('line-1'),
    state,
    since: 0,
    sensors: 8,
    answering: 0,
    framesHeard: 0,
    framesBad: 0,
    bytesDiscarded: 0,
    timeouts,
    lateAnswers: 0,
    retries: 0,
    reopened: 0,
  };
}

function seen(monoMs: number, changes: Partial<GatewaySeen> = {}): GatewaySeen {
  return {
    monoMs,
    clockDoubt: undefined,
    diskFull: false,
    unsettled: 0,
    unsettledBytes: 0,
    mostBytes: 1_000,
    askedLines: [],
    ...changes,
  };
}

const namesOf = (conditions: GatewayConditions, what: GatewaySeen) =>
  conditions.conditionsOf(what).map(({ alarm }) => alarm);

describe('a gateway', () => {
  test.each<[string[], Partial<GatewaySeen>]>([
    [[], {}],
    [['clock_untrusted'], { clockDoubt: 'beforeBuild' }],
    [['journal_unwritable'], { diskFull: true }],
    [[], { unsettledBytes: 800 }],
    [['journal_filling'], { unsettledBytes: 801 }],
  ])('says %j of itself', (names, what) => {
    expect(namesOf(new GatewayConditions(), seen(0, what))).toEqual(names);
  });

  test('calls a line stalled on which not even a timeout was counted for a minute', () => {
    const conditions = new GatewayConditions();
    const at = (monoMs: number, status: LineStatus) =>
      namesOf(conditions, seen(monoMs, { askedLines: [status] }));
    expect(at(0, line(5))).toEqual([]);
    expect(at(60_000, line(5))).toEqual([]);
    expect(at(60_001, line(5))).toEqual(['line_stalled']);
    expect(at(60_002, line(6))).toEqual([]);
    expect(at(120_002, line(6))).toEqual([]);
  });

  test('does not call a line stalled whose adapter is not there', () => {
    const conditions = new GatewayConditions();
    namesOf(conditions, seen(0, { askedLines: [line(5, 'absent')] }));
    const later = seen(100_000, { askedLines: [line(5, 'absent')] });
    expect(namesOf(conditions, later)).toEqual([]);
    expect(namesOf(conditions, seen(101_000, { askedLines: [line(5, 'open')] }))).toEqual([]);
  });
});
