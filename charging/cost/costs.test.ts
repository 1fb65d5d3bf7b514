import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { MINUTE } from '#estate/units.ts';
import type { PricePlace } from '../index.ts';
import { openCharging, report16, report201, TEN, type ChargingSpecimen } from '../specimens.ts';

let specimen: ChargingSpecimen;
beforeEach(async () => {
  specimen = await openCharging();
});
afterEach(() => specimen.records.close());

const SITE: PricePlace = { scope: 'site', id: 'barolo' };
const CHARGER: PricePlace = { scope: 'charger', id: 'C1' };
const price = (place: PricePlace, perKwh: number | null, minute = 0) =>
  specimen.charging.costs.putPrice(place, { perKwh, currency: 'EUR', since: TEN + minute * MINUTE });

/** A session of 12.345 kWh that began at a minute. */
async function session(minute = 5): Promise<string> {
  const { charging } = specimen;
  const began = await charging.reported(report16('began', { minute, wh: 1_000 }));
  await charging.reported(report16('ended', { transaction: began.transaction, minute: minute + 60, wh: 13_345 }));
  return began.session;
}
const costOf = async (id: string) => (await specimen.charging.session(id))?.cost;

describe('what a session costs', () => {
  test('is nothing that anybody knows while there is no price', async () => {
    expect(await costOf(await session())).toBeNull();
  });

  test('is its energy at the price of its site, in whole hundredths', async () => {
    await price(SITE, 0.45);
    const id = await session();
    expect(await costOf(id)).toEqual({ amount: 5.56, currency: 'EUR' });
    expect(await specimen.charging.sessions({ limit: 1 })).toMatchObject([{ id, cost: { amount: 5.56 } }]);
  });

  test.each<[string, number | null, number]>([
    ['at the price of its charger, where that has one', 1, 12.35],
    ['at nothing, where it is free', 0, 0],
    ['at the price of its site again, once its charger has none', null, 5.56],
  ])('is its energy %s', async (_, perKwh, amount) => {
    await price(SITE, 0.45);
    await price(CHARGER, 2);
    await price(CHARGER, perKwh, 1);
    expect(await costOf(await session())).toMatchObject({ amount });
  });

  test('stays at the price that held when it began', async () => {
    await price(SITE, 0.45);
    const id = await session();
    await price(SITE, 9, 10);
    expect(await costOf(id)).toMatchObject({ amount: 5.56 });
    expect(await costOf(await session(11))).toMatchObject({ amount: 111.11 });
    expect(await specimen.charging.costs.price(SITE)).toMatchObject({ perKwh: 9 });
  });

  test('is what somebody said, by its id or its transaction', async () => {
    const { charging } = specimen;
    await price(SITE, 0.45);
    const id = await session();
    const { transaction } = await charging.costs.set({ charger: 'C1', session: id, amount: 3, at: TEN });
    await charging.costs.set({ charger: 'C1', session: transaction, amount: 4.5, at: TEN });
    expect(await costOf(id)).toEqual({ amount: 4.5, currency: 'EUR' });
    const elsewhere = charging.costs.set({ charger: 'C2', session: id, amount: 1, at: TEN });
    await expect(elsewhere).rejects.toMatchObject({ code: 'not-found' });
  });

  test('is told while it runs of 2.0.1 sessions that were heard of, unless somebody said what they cost', async () => {
    const { charging } = specimen;
    await price(SITE, 0.5);
    await charging.reported(report201('began', { seqNo: 0, minute: 1, wh: 0 }));
    await charging.reported(report201('updated', { seqNo: 1, minute: 10, wh: 4_000 }));
    const running = { charger: 'C1', transaction: 'tx', amount: 2 };
    expect(await charging.costs.running({ since: TEN + 9 * MINUTE })).toMatchObject([running]);
    expect(await charging.costs.running({ since: TEN + 11 * MINUTE })).toEqual([]);
    await charging.costs.set({ charger: 'C1', session: 'tx', amount: 4.5, at: TEN });
    expect(await charging.costs.running({ since: TEN })).toEqual([]);
  });
});
