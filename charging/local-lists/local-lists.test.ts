import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { MINUTE } from '#estate/units.ts';
import type { ListOrder, ListPart } from '../index.ts';
import { openCharging, TEN, type ChargingSpecimen } from '../specimens.ts';

let specimen: ChargingSpecimen;
beforeEach(async () => {
  specimen = await openCharging();
  for (const token of ['A', 'B', 'C']) await specimen.charging.putToken({ token, status: 'accepted' });
});
afterEach(() => specimen.records.close());

const prepare = (order: Partial<ListOrder> = {}) =>
  specimen.charging.localLists.prepare({
    charger: 'C1',
    mode: 'differential',
    mostPerMessage: 50,
    mostInAll: Infinity,
    longestToken: 20,
    at: TEN,
    ...order,
  });
const answer = (version: number, status = 'Accepted') =>
  specimen.charging.localLists.answered({ charger: 'C1', version, status, at: TEN });
const list = () => specimen.charging.localLists.of('C1');
const said = (parts: readonly ListPart[]) =>
  parts.map(({ mode, version, entries }) => [
    mode,
    version,
    entries.map(({ token, authorisation }) => (authorisation ? token : `-${token}`)).join(' '),
  ]);

/** Sends it all, and the charger takes it. */
async function sent(order: Partial<ListOrder> = {}): Promise<unknown[]> {
  const parts = await prepare(order);
  for (const { version } of parts) await answer(version);
  return said(parts);
}

describe('a local list', () => {
  test('is sent in full at first, and from then on what changed', async () => {
    const { charging } = specimen;
    expect(await sent()).toEqual([['full', 1, 'A B C']]);
    expect(await list()).toMatchObject({ version: 1, current: true, size: 3, scope: null, sentAt: TEN, failure: null });
    expect(await sent()).toEqual([]);

    await charging.putToken({ token: 'B', status: 'blocked' });
    await charging.putToken({ token: 'C', status: 'invalid' });
    await charging.putToken({ token: 'D', status: 'accepted' });
    expect(await list()).toMatchObject({ version: 1, current: false });
    expect(await sent()).toEqual([['differential', 2, 'B -C D']]);
    expect(await list()).toMatchObject({ version: 2, current: true, size: 3 });
  });

  test('does not change when a token is put as it was', async () => {
    await sent();
    await specimen.charging.putToken({ token: 'A', status: 'accepted' });
    expect(await list()).toMatchObject({ current: true });
  });

  test('holds what a reader can be shown, and what is good for something', async () => {
    const { charging } = specimen;
    await charging.putToken({ token: 'GUEST', type: 'Central', status: 'accepted' });
    await charging.putToken({ token: 'OLD', status: 'accepted', expiresAt: TEN });
    await charging.putToken({ token: 'SOON', status: 'accepted', expiresAt: TEN + MINUTE });
    await charging.putToken({ token: 'LOST', status: 'blocked' });
    await charging.putToken({ token: 'X'.repeat(21), status: 'accepted' });
    expect(await sent()).toEqual([['full', 1, 'A B C LOST SOON']]);
    await charging.putToken({ token: 'GUEST-2', type: 'Central', status: 'accepted' });
    expect(await list()).toMatchObject({ current: true });
  });

  test('is cut into messages, of which the first replaces and the others add', async () => {
    expect(said(await prepare({ mostPerMessage: 2 }))).toEqual([
      ['full', 1, 'A B'],
      ['differential', 2, 'C'],
    ]);
    await answer(1);
    expect(await list()).toMatchObject({ version: 1, current: false });
    await answer(2);
    expect(await list()).toMatchObject({ version: 2, current: true });
  });

  test('of which one message was refused is not current, and is sent in full again', async () => {
    await prepare({ mostPerMessage: 2 });
    await answer(1, 'Failed');
    await answer(2);
    expect(await list()).toMatchObject({ version: 2, current: false, failure: 'Failed' });
    expect(await sent()).toEqual([['full', 3, 'A B C']]);
    expect(await list()).toMatchObject({ version: 3, current: true, failure: null });
  });

  test('may be of some tokens only, and grow', async () => {
    expect(await sent({ mode: 'full', tokens: ['a', 'B'] })).toEqual([['full', 1, 'A B']]);
    await specimen.charging.putToken({ token: 'C', status: 'blocked' });
    expect(await list()).toMatchObject({ current: true, scope: ['a', 'b'] });
    expect(await sent({ tokens: ['C'] })).toEqual([['differential', 2, 'C']]);
    expect(await list()).toMatchObject({ current: true, scope: ['a', 'b', 'c'], size: 3 });
    expect(await sent({ mode: 'full', tokens: 'all' })).toEqual([['full', 3, 'A B C']]);
    expect(await list()).toMatchObject({ scope: null });
  });

  test('may be emptied', async () => {
    await sent();
    expect(await sent({ mode: 'full', tokens: [] })).toEqual([['full', 2, '']]);
    expect(await list()).toMatchObject({ size: 0, current: true });
  });

  test('is not made of tokens that nobody registered, nor of more than the charger holds', async () => {
    await expect(prepare({ tokens: ['nobody'] })).rejects.toMatchObject({ code: 'not-found' });
    await expect(prepare({ mostInAll: 2 })).rejects.toMatchObject({ code: 'invalid' });
  });

  test('that somebody else changed is known by its version, and replaced by a higher one', async () => {
    const { localLists } = specimen.charging;
    await sent();
    await localLists.reported({ charger: 'C1', version: 1, at: TEN });
    expect(await list()).toMatchObject({ current: true, reportedVersion: 1 });
    await localLists.reported({ charger: 'C1', version: 40, at: TEN });
    expect(await list()).toMatchObject({ current: false, version: 40, reportedVersion: 40 });
    expect(await sent()).toEqual([['full', 41, 'A B C']]);
    await answer(99);
    expect(await list()).toMatchObject({ current: false, version: 99 });
  });

  test('of a charger that keeps none says so', async () => {
    await specimen.charging.localLists.reported({ charger: 'C1', version: -1, at: TEN });
    expect(await list()).toMatchObject({ version: 0, current: false, reportedVersion: -1 });
  });
});
