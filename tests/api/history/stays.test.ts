import { describe, expect, test } from 'vitest';
import type { Stay } from '#contract/stay.ts';
import { historyOf } from './open-history.ts';
import { BAY, LOT, MINUTE, T0, Teller } from './street.ts';

const at = (minutes: number) => T0 + minutes * MINUTE;

/** `o10 ?20 v30`: the bay's state from these minutes on. */
const LETTERS = { o: 'occupied', v: 'vacant', '?': 'unknown' } as const;
async function staysOf(film: string): Promise<readonly Stay[]> {
  const teller = new Teller();
  const told = film.split(' ').map((frame) => {
    const state = LETTERS[frame[0] as keyof typeof LETTERS];
    return teller.bay(state, at(Number(frame.slice(1))));
  });
  return (await historyOf(...told)).stays;
}

/** `10–30`, bounds as `10..15–30`, then what is special about it. */
function text(stay: Stay): string {
  const minutes = (instant: number) => String((instant - T0) / MINUTE);
  const range = (after: number, before: number) =>
    after === before ? minutes(after) : `${minutes(after)}..${minutes(before)}`;
  const { departedAfter, departedBefore } = stay;
  const end =
    departedAfter === null || departedBefore === null ? '' : range(departedAfter, departedBefore);
  const marks = (['bridged', 'anomalous', 'openLeft'] as const).filter((mark) => stay[mark]);
  return [`${range(stay.arrivedAfter, stay.arrivedBefore)}–${end}`, ...marks].join(' ');
}

describe('a stay', () => {
  test.each([
    ['has the times of its events', 'v0 o10 v30', ['10–30']],
    ['is open while the car stands', 'v0 o10', ['10–']],
    ['is open on the left where the first thing known is a car', 'o10 v30', ['10–30 openLeft']],
    ['is open on the left after nothing but unknown', '?0 o10 v30', ['10–30 openLeft']],
    ['may follow another in the same instant', 'v0 o10 v30 o30 v50', ['10–30', '30–50']],
    ['is one when the car stood before and after a gap', 'v0 o10 ?20 o40 v50', ['10–50 bridged']],
    ['is one over many gaps', 'v0 o10 ?20 o30 ?35 o40 v50', ['10–50 bridged']],
    ['has bounds where it began in a gap', 'v0 ?10 o25 v50', ['10..25–50']],
    ['has bounds where it ended in a gap', 'v0 o10 ?20 v35', ['10–20..35']],
    ['has bounds on both ends between two gaps', 'v0 ?5 o10 ?20 v35', ['5..10–20..35']],
    ['is not there where a bay is vacant on both sides of a gap', 'v0 ?10 v30', []],
    ['counts a gap from its first unknown', 'v0 ?10 ?15 o25 v50', ['10..25–50']],
    ['is anomalous where a departure was missed', 'v0 o10 o30 v50', ['10–30 anomalous', '30–50']],
    ['stays open in a gap that goes on', 'v0 o10 ?20', ['10–']],
    ['is not changed by hearing vacant twice', 'v0 v5 o10 v30 v40', ['10–30']],
    [
      'never ends before it began when the clock steps back',
      'v0 o50 v20 o25 v40',
      ['25–40', '50–50'],
    ],
    ['keeps its bounds in order when the clock steps back', 'v0 ?50 o20 v30', ['20–30']],
  ])('%s', async (_, film, expected) => {
    expect((await staysOf(film)).map(text)).toEqual(expected);
  });

  test('goes on through a restart of its gateway, which vouches for nothing meanwhile', async () => {
    const teller = new Teller();
    const before = [teller.bay('vacant', at(0)), teller.bay('occupied', at(10))];
    teller.restart();
    const after = [
      teller.bay('unknown', at(12)),
      teller.bay('occupied', at(14)),
      teller.bay('vacant', at(60)),
    ];
    const { stays } = await historyOf(...before, ...after);
    expect(stays.map(text)).toEqual(['10–60 bridged']);
  });

  test('is told of the journal that is older first, though its records come later', async () => {
    const old = new Teller('gw-1', 1);
    const running = new Teller('gw-1', 2);
    const late = [old.bay('vacant', at(0)), old.bay('occupied', at(10))];
    const early = [running.bay('unknown', at(12)), running.bay('vacant', at(14))];
    const { stays } = await historyOf(...early, ...late);
    expect(stays.map(text)).toEqual(['10–12..14']);
  });

  test('is nobody else’s: a gateway that the bay does not belong to is not believed', async () => {
    const teller = new Teller('gw-2');
    const told = { ...teller.bay('occupied', at(10)), assigned: false };
    const { stays } = await historyOf(told);
    expect(stays).toEqual([]);
  });

  test('names its bay and lot', async () => {
    const [stay] = await staysOf('v0 o10');
    expect(stay).toMatchObject({ bay: BAY, lot: LOT });
  });
});
