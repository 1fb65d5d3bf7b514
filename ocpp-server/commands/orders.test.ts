import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { HOUR, SECOND } from '#estate/units.ts';
import { openServer, type Specimen } from '../specimens/server.ts';
import type { Wire } from '../specimens/wire.ts';

let specimen: Specimen;
let count = 0;
beforeAll(async () => {
  specimen = await openServer();
});
afterAll(() => specimen[Symbol.asyncDispose]());

const clearCache = { said: { command: 'clear-cache' as const }, by: 'ada' };
const newId = () => `ORDER-${++count}`;

async function answer(wire: Wire, payload: object): Promise<unknown[]> {
  const call = await wire.next();
  wire.send(JSON.stringify([3, call[1], payload]));
  return call.slice(2);
}

async function settled(id: string): Promise<unknown> {
  for (;;) {
    const order = await specimen.charging.orders.order(id);
    if (order?.state === 'done') return order;
    await specimen.clock.advance(SECOND);
  }
}

describe('an order', () => {
  test('to a connected charger comes back done, and is on record', async () => {
    const id = newId();
    const wire = await specimen.connect(id);
    const placed = specimen.server.order(id, clearCache);
    expect(await answer(wire, { status: 'Accepted' })).toEqual(['ClearCache', {}]);
    const order = await placed;
    expect(order).toMatchObject({ charger: id, by: 'ada', state: 'done', outcome: 'accepted' });
    expect(await specimen.charging.orders.list({ charger: id, limit: 9 })).toEqual([order]);
  });

  test('that holds a secret is on record without it, and may not wait', async () => {
    const id = newId();
    const wire = await specimen.connect(id);
    const payload = { key: 'AuthorizationKey', value: 'hush-hush-hush-hush' };
    const secret = { said: { action: 'ChangeConfiguration', payload }, by: 'ada' };
    const placed = specimen.server.order(id, secret);
    expect(await answer(wire, { status: 'Accepted' })).toEqual(['ChangeConfiguration', payload]);
    await placed;
    const orders = await specimen.charging.orders.list({ charger: id, limit: 9 });
    expect(orders).toHaveLength(1);
    expect(JSON.stringify(orders)).not.toContain('hush');
    const waiting = specimen.server.order(id, { ...secret, until: specimen.clock.now() + HOUR });
    await expect(waiting).rejects.toMatchObject({ code: 'invalid' });
  });

  test('to a charger that is not connected is refused, where it may not wait', async () => {
    const id = newId();
    await specimen.register(id);
    await expect(specimen.server.order(id, clearCache)).rejects.toMatchObject({ code: 'offline' });
    expect(await specimen.charging.orders.list({ charger: id, limit: 9 })).toEqual([]);
  });

  test('that may wait is given once the charger has come and settled, in either version', async () => {
    const id = newId();
    const until = specimen.clock.now() + HOUR;
    const first = await specimen.server.order(id, { ...clearCache, until });
    await specimen.clock.advance(1);
    const raw = { action: 'DataTransfer', payload: { vendorId: 'org.example' } };
    const second = await specimen.server.order(id, { said: raw, by: 'ada', until });
    expect([first.state, second.state]).toEqual(['waiting', 'waiting']);

    const wire = await specimen.connect(id, 'ocpp2.0.1');
    await specimen.clock.advance(5 * SECOND);
    expect(await answer(wire, { status: 'Rejected' })).toEqual(['ClearCache', {}]);
    expect(await answer(wire, { status: 'UnknownVendorId' })).toEqual(['DataTransfer', { vendorId: 'org.example' }]);
    expect(await settled(first.id)).toMatchObject({ outcome: 'rejected', response: { status: 'Rejected' } });
    expect(await settled(second.id)).toMatchObject({ outcome: 'rejected' });
  });

  test('that waited too long is not given, and has expired', async () => {
    const id = newId();
    const order = await specimen.server.order(id, { ...clearCache, until: specimen.clock.now() + HOUR });
    await specimen.clock.advance(HOUR + SECOND);
    const wire = await specimen.connect(id);
    await specimen.clock.advance(10 * SECOND);
    expect(await settled(order.id)).toMatchObject({ outcome: 'expired' });
    const ping = specimen.server.call(id, 'ClearCache', {});
    expect(await answer(wire, { status: 'Accepted' })).toEqual(['ClearCache', {}]);
    expect((await ping).outcome).toBe('accepted');
  });

  test('that the charger’s version cannot say has failed, and says why', async () => {
    const id = newId();
    const reset = { command: 'reset', type: 'soft', evse: 2 } as const;
    const order = await specimen.server.order(id, { said: reset, by: 'ada', until: specimen.clock.now() + HOUR });
    await specimen.connect(id);
    await specimen.clock.advance(5 * SECOND);
    expect(await settled(order.id)).toMatchObject({
      outcome: 'failed',
      response: { code: 'invalid', description: expect.stringContaining('reset as a whole') },
    });
  });

  test('waits for no more than a month', async () => {
    const at = specimen.clock.now();
    for (const until of [at, at + 31 * 24 * HOUR]) {
      await expect(specimen.server.order(newId(), { ...clearCache, until })).rejects.toMatchObject({ code: 'invalid' });
    }
  });
});
