import { describe, expect, it } from 'vitest';
import { handClock } from '#estate/clock.ts';
import { MINUTE } from '#estate/units.ts';
import { openStores, openTestBed } from '../specimens/test-bed.ts';
import { createFailedSignIns } from './failed-sign-ins.ts';

const open = () => {
  const clock = handClock(1);
  return { clock, failed: createFailedSignIns(clock) };
};
const fail = ({ failed }: ReturnType<typeof open>, address: string, times: number) =>
  Array.from({ length: times }, () => failed.tooMany(address)).filter(Boolean).length;

describe('failed sign-ins', () => {
  it('are too many from the 61st of an address within a minute', () => {
    const bed = open();
    expect(fail(bed, '10.0.0.1', 60)).toBe(0);
    expect(fail(bed, '10.0.0.1', 5)).toBe(5);
    expect(fail(bed, '10.0.0.2', 60)).toBe(0);
  });

  it('are forgotten after a minute', async () => {
    const bed = open();
    fail(bed, '10.0.0.1', 100);
    await bed.clock.advance(MINUTE);
    expect(fail(bed, '10.0.0.1', 60)).toBe(0);
  });

  it('are remembered of a thousand addresses', () => {
    const bed = open();
    fail(bed, 'first', 60);
    for (let n = 0; n < 1_000; n++) fail(bed, `10.1.${n >> 8}.${n & 255}`, 1);
    expect(fail(bed, 'first', 1)).toBe(0);
    expect(fail(bed, '10.1.3.231', 60)).toBe(1);
  });
});

it('A wrong secret too often is answered with less, and keeps out nobody who has the right one', async () => {
  const stores = await openStores();
  const bed = await openTestBed(stores);
  const codes = [];
  for (let n = 0; n < 62; n++) {
    codes.push(await bed.connect('meter', { password: 'wrong' }).catch(({ code }: { code: number }) => code));
  }
  expect(codes.slice(59)).toEqual([4, 3, 3]);
  expect(bed.telemetry.counters()).toMatchObject({ signInsRefused: 62, signInsTooMany: 2 });
  for (const id of ['meter', 'gw', 'gw1']) expect((await bed.connect(id)).connected).toBe(true);
  await expect(bed.connect('charger')).rejects.toMatchObject({ code: 5 });
  await bed.close();
  await stores.close();
});
