import type { LotHour } from '#api/history/history.ts';
import type { BayRow, KeyedStay, ViewGroup } from '#api/history/view.ts';
import { LogId, LotId } from '#contract/ids.ts';
import type { BayId } from '#contract/ids.ts';
import { BAY, LOT } from './street.ts';

/** Rows of a view, as short as tests want them. */
export const OTHER_LOT = LotId.parse('lot-2');
export const logId = LogId.parse('a'.repeat(32));
export const NOTHING: ViewGroup = {
  mark: undefined,
  lotHours: [],
  retracted: [],
  stays: [],
  bays: [],
};

export const hour = (hourAt: number, occupiedBayMs: number, arrivals = 0, lot = LOT): LotHour => ({
  lot,
  hourAt,
  occupiedBayMs,
  vacantBayMs: 0,
  observedBayMs: occupiedBayMs,
  arrivals,
  departures: 0,
});

export function ended(seq: number, arrived: number, departed: number, bay: BayId = BAY): KeyedStay {
  const { stay, order } = standing(seq, arrived, bay);
  return { order, stay: { ...stay, departedAfter: departed, departedBefore: departed } };
}

export function standing(seq: number, arrived: number, bay: BayId = BAY): KeyedStay {
  return {
    order: { journal: 1, seq },
    stay: {
      bay,
      lot: LOT,
      arrivedAfter: arrived,
      arrivedBefore: arrived,
      departedAfter: null,
      departedBefore: null,
      bridged: false,
      anomalous: false,
      openLeft: false,
    },
  };
}

export const bayRow = (bay: BayId, fold: string, open?: KeyedStay): BayRow => ({
  bay,
  lot: LOT,
  fold,
  open,
});
