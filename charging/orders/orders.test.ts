import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { DAY, MINUTE } from '#estate/units.ts';
import { openCharging, TEN, type ChargingSpecimen } from '../specimens.ts';

let specimen: ChargingSpecimen;
let charger = '';
let count = 0;
beforeAll(async () => {
  specimen = await openCharging();
});
afterAll(() => specimen.records.close());
beforeEach(() => {
  charger = `C${++count}`;
});

async function noted(id: string, more: { at?: number; until?: number; state?: 'waiting' | 'sent' } = {}) {
  const { at = TEN, until = TEN + DAY, state = 'waiting' } = more;
  const said = { command: 'clear-cache' } as const;
  await specimen.charging.orders.note({ id: charger + id, charger, said, by: 'ada', at, until, state });
}

const outcomes = async () =>
  (await specimen.charging.orders.list({ charger, limit: 9 })).map(({ id, state, outcome }) => [
    id.slice(charger.length),
    state,
    outcome,
  ]);

describe('orders that wait', () => {
  test('are taken in the order in which they were given, each once', async () => {
    await noted('b', { at: TEN + 1 });
    await noted('a');
    const { orders } = specimen.charging;
    const taken = await Promise.all([orders.take(charger, TEN), orders.take(charger, TEN), orders.take(charger, TEN)]);
    expect(taken.map((order) => order?.id)).toEqual([`${charger}a`, `${charger}b`, undefined]);
    expect(taken[0]).toMatchObject({ said: { command: 'clear-cache' }, by: 'ada', state: 'sent' });
  });

  test('and could not be given wait on', async () => {
    await noted('a');
    const { orders } = specimen.charging;
    await orders.take(charger, TEN);
    await orders.putBack(`${charger}a`);
    expect(await outcomes()).toEqual([['a', 'waiting', null]]);
    expect(await orders.take(charger, TEN)).not.toBe(null);
  });

  test('until their time has passed are not taken, and expire', async () => {
    await noted('a', { until: TEN + MINUTE });
    const { orders } = specimen.charging;
    expect(await orders.take(charger, TEN + MINUTE)).toBe(null);
    await orders.sweep(TEN + MINUTE - 1);
    expect(await outcomes()).toEqual([['a', 'waiting', null]]);
    await orders.sweep(TEN + MINUTE);
    expect(await outcomes()).toEqual([['a', 'done', 'expired']]);
  });
});

describe('an order', () => {
  test('gets its outcome once', async () => {
    await noted('a', { state: 'sent' });
    const { orders } = specimen.charging;
    const id = `${charger}a`;
    const first = await orders.settle(id, { outcome: 'accepted', response: { status: 'Accepted' } }, TEN + 1);
    expect(first).toMatchObject({
      state: 'done',
      outcome: 'accepted',
      response: { status: 'Accepted' },
      doneAt: TEN + 1,
    });
    expect(await orders.settle(id, { outcome: 'rejected', response: null }, TEN + 2)).toEqual(first);
  });

  test('that left and was never settled is of unknown outcome, once no exchange takes so long', async () => {
    await noted('a', { state: 'sent' });
    const { orders } = specimen.charging;
    await orders.sweep(TEN + 9 * MINUTE);
    expect(await outcomes()).toEqual([['a', 'sent', null]]);
    await orders.sweep(TEN + 10 * MINUTE);
    expect(await outcomes()).toEqual([['a', 'done', 'unknown']]);
  });

  test('that is long done is forgotten', async () => {
    await noted('a', { state: 'sent' });
    await noted('b', { until: TEN + 365 * DAY });
    const { orders } = specimen.charging;
    await orders.settle(`${charger}a`, { outcome: 'accepted', response: null }, TEN);
    await orders.sweep(TEN + 91 * DAY);
    expect(await outcomes()).toEqual([['b', 'waiting', null]]);
  });

  test('that nobody gave is not found', async () => {
    const nothing = { outcome: 'accepted', response: null } as const;
    await expect(specimen.charging.orders.settle('none', nothing, TEN)).rejects.toMatchObject({ code: 'not-found' });
    expect(await specimen.charging.orders.order('none')).toBe(null);
  });
});
