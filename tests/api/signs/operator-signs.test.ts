import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { OperatorSignsAnswer } from '#contract/sign-answers.ts';
import type { OperatorSign } from '#contract/sign-answers.ts';
import type { LotId, SignId } from '#contract/ids.ts';
import { SignControl } from '#contract/sign-control.ts';
import { SignMessage } from '#contract/sign-message.ts';
import { systemClock } from '#runtime/clock.ts';
import { SignControls } from '#api/signs/sign-controls.ts';
import { serveStreet } from '../http/served-street.ts';
import type { ServedStreet } from '../http/served-street.ts';
import { sameOrigin, signIn } from '../operations/staff.ts';
import { HandClock } from '../../support/hand-clock.ts';

const clock = new HandClock(Date.parse('2026-11-27T03:00:00Z'));
const SIGN = 'sign' as SignId;
const OWN = 'full' as LotId;
const FOREIGN = 'counted' as LotId;
let street: ServedStreet;
beforeAll(async () => {
  street = await serveStreet({ clock });
});
afterAll(async () => street[Symbol.asyncDispose]());

const headers = () => ({
  authorization: `Bearer ${street.token}`,
  'content-type': 'application/json',
});
const post = async (path: string, body: object, by: Record<string, string> = headers()) =>
  fetch(`${street.url}/api/v1/${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...by },
    body: JSON.stringify(body),
  });
const control = async (change: object, more: object = {}, by?: Record<string, string>) =>
  post('operator/signs/sign/controls', { change, ...more }, by);
const laid = async (change: object, more: object = {}) => {
  const answer = await control(change, more);
  if (!answer.ok) throw new Error(await answer.text());
  return SignControl.parse(await answer.json());
};
const end = async ({ id, sign }: SignControl) => {
  const answer = await post(`operator/signs/${sign}/controls/${id}/end`, {});
  expect(answer.status).toBe(200);
};
const message = async () =>
  SignMessage.parse(await (await fetch(`${street.url}/api/v1/signs/sign`)).json());
const signOf = async (): Promise<OperatorSign> => {
  const answer = await fetch(`${street.url}/api/v1/operator/signs`, { headers: headers() });
  const { signs } = OperatorSignsAnswer.parse(await answer.json());
  const found = signs.find(({ sign }) => sign === SIGN);
  if (!found) throw new Error('no such sign');
  return found;
};
const shows = async () => (await signOf()).rows[0];

/** Full-2 to full-5 are open to any car. */
function see(vacant: number): void {
  const bays = [2, 3, 4, 5].map((bay) => `full-${bay}`);
  const states = bays.map((id, at) => [id, at < vacant ? 'vacant' : 'occupied'] as const);
  street.liveState.set(states, clock.wallMs());
}

describe('a sign’s message over HTTP', () => {
  test('has the number, how long it holds, and a serial that rises', async () => {
    see(4);
    clock.pass(5_000);
    street.signs.board.look();
    const [first, second] = [await message(), await message()];
    expect(first.rows[0]).toMatchObject({ show: { kind: 'number', vacant: 4 }, cause: 'counted' });
    expect(first).toMatchObject({ validForMs: 55_000, wordForMs: 175_000, simulated: true });
    expect(second.serial).toBeGreaterThan(first.serial);
    clock.pass(60_000);
    street.signs.board.look();
    expect((await message()).rows[0]?.show).toEqual({ kind: 'band', band: 'moderate' });
    clock.pass(120_000);
    street.signs.board.look();
    expect((await message()).rows[0]?.show).toEqual({ kind: 'blank' });
    see(4);
    street.signs.board.look();
    expect((await fetch(`${street.url}/api/v1/signs/none`)).status).toBe(404);
  });
});

describe('an operator', () => {
  test('shows a word on a sign for a while, with an end and an author', async () => {
    see(4);
    const made = await laid({ kind: 'show', word: 'closed' }, { author: 'kim', reason: 'flood' });
    expect(made).toMatchObject({ author: 'kim', reason: 'flood' });
    expect(Date.parse(made.until) - Date.parse(made.from)).toBe(3_600_000);
    expect(await shows()).toMatchObject({ shows: 'closed', cause: 'override' });
    expect((await signOf()).controls).toEqual([made]);
    clock.pass(3_600_000);
    see(4);
    expect(await shows()).toMatchObject({ shows: 'number:4' });
    expect((await signOf()).controls).toEqual([]);
  });

  test('lowers, limits and tests, and ends each of it', async () => {
    see(4);
    const offset = await laid({ kind: 'offset', bays: -1 });
    expect(await shows()).toMatchObject({ shows: 'number:3', cause: 'offset' });
    const limits = await laid({ kind: 'limits', minimum: 4 });
    expect(await shows()).toMatchObject({ shows: 'band:few', cause: 'belowMinimum' });
    const pattern = await laid({ kind: 'test' });
    expect(await shows()).toMatchObject({ shows: 'test' });
    for (const each of [pattern, limits, offset]) await end(each);
    expect(await shows()).toMatchObject({ shows: 'number:4' });
    const rows = [...street.operations.audit.rows({ from: 0, to: clock.wallMs() + 1 })];
    const deeds = rows.filter(({ action }) => action.startsWith('sign.control'));
    expect(deeds.filter(({ action }) => action === 'sign.control.end')).toHaveLength(3);
    expect(deeds.at(-1)).toMatchObject({ subject: 'sign', actor: 'bootstrap' });
  });

  test.each([
    ['raises a number', { kind: 'offset', bays: 3 }, {}],
    ['sets a number', { kind: 'show', word: '12' }, {}],
    ['leaves a test pattern for a day', { kind: 'test' }, { until: '2026-12-24T00:00:00Z' }],
    ['ends in the past', { kind: 'test' }, { until: '2026-01-01T00:00:00Z' }],
    ['names a row that is not there', { kind: 'show', row: 2, word: 'full' }, {}],
  ])('never %s', async (_, change, more) => {
    expect((await control(change, more)).status).toBe(400);
  });

  test('of other lots neither sees the sign nor changes it', async () => {
    const foreign = {
      ...signIn(street, 'foreign', 'operator', [FOREIGN]),
      ...sameOrigin(street),
    };
    expect((await control({ kind: 'test' }, {}, foreign)).status).toBe(404);
    const own = { ...signIn(street, 'own', 'operator', [OWN]), ...sameOrigin(street) };
    const answer = await control({ kind: 'test' }, { author: 'somebody else' }, own);
    const made = SignControl.parse(await answer.json());
    expect(made.author).toBe('own');
    await end(made);
    const viewer = {
      ...signIn(street, 'looks', 'viewer', [OWN]),
      ...sameOrigin(street),
    };
    expect((await control({ kind: 'test' }, {}, viewer)).status).toBe(403);
  });

  test('finds what was asked of a sign again after a restart', async () => {
    const made = await laid({ kind: 'offset', bays: -2 });
    const again = new SignControls(street.operations.database, clock);
    expect(again.all()).toEqual([made]);
    expect(again.inForce(SIGN)).toEqual([made.change]);
    expect(again.reportKeyOf(SIGN)).toBe(street.signs.controls.reportKeyOf(SIGN));
    await end(made);
    const later = new SignControls(street.operations.database, systemClock);
    expect(later.all()).toEqual([]);
  });
});

describe('a sign that reports', () => {
  const report = async (rows: string[], key = street.signs.controls.reportKeyOf(SIGN)) =>
    post('signs/sign/shown', { serial: 1, rows, sinceMs: 500, key }, sameOrigin(street));

  test('agrees, differs within 10 s, and falls silent', async () => {
    see(4);
    expect((await signOf()).report).toBeNull();
    expect((await signOf()).agreement).toBe('unheard');
    expect((await report(['number:4'])).status).toBe(200);
    expect(await signOf()).toMatchObject({
      agreement: 'agrees',
      report: { via: 'page', shows: ['number:4'] },
    });
    // The change is on its way to it.
    see(2);
    expect((await signOf()).agreement).toBe('agrees');
    clock.pass(7_000);
    await report(['number:4']);
    expect((await signOf()).agreement).toBe('differs');
    await report(['number:2']);
    expect((await signOf()).agreement).toBe('agrees');
    clock.pass(9_000);
    expect((await signOf()).agreement).toBe('silent');
  });

  test('is asked for the key of its address', async () => {
    expect((await report(['number:99'], 'x')).status).toBe(403);
    expect(
      (await report(['number:99'], street.signs.controls.reportKeyOf('other' as SignId))).status,
    ).toBe(403);
    const answer = await fetch(`${street.url}/api/v1/operator/signs/sign/page`, {
      headers: headers(),
    });
    expect(await answer.json()).toEqual({
      path: `/sign/sign#${street.signs.controls.reportKeyOf(SIGN)}`,
    });
  });
});
