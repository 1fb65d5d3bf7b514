import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openServer, type Specimen } from '../specimens/server.ts';
import { openWire } from '../specimens/wire.ts';

let specimen: Specimen;
beforeAll(async () => {
  specimen = await openServer();
});
afterAll(() => specimen[Symbol.asyncDispose]());

describe('a connection', () => {
  test('that is newer takes the place of the older, whose late end changes nothing', async () => {
    const first = await specimen.connect('C1');
    await first.call('Heartbeat', {});
    const before = specimen.server.connectionOf('C1');
    const second = await specimen.connect('C1');
    await first.closed;
    expect(await second.call('Heartbeat', {})).toMatchObject([3, 'c1', {}]);
    const now = specimen.server.connectionOf('C1');
    expect(now?.epoch).toBeGreaterThan(before?.epoch ?? Infinity);
    expect(await specimen.charging.station('C1')).toMatchObject({ online: true });
    second.socket.close();
    await expect.poll(() => specimen.charging.station('C1')).toMatchObject({ online: false });
    expect(specimen.server.connectionOf('C1')).toBeNull();
  });

  test('may be swapped a hundred times', async () => {
    await using own = await openServer();
    await own.register('C1');
    await Promise.all(Array.from({ length: 100 }, () => openWire(own.port, { id: 'C1' }).catch(() => null)));
    const last = await own.connect('C1');
    expect(await last.call('Heartbeat', {})).toMatchObject([3, 'c1', {}]);
    expect(own.server.connectionCount()).toBe(1);
  });

  test('that sends 60 MB at once is closed, and no other', async () => {
    const good = await specimen.connect('GOOD');
    const bad = await specimen.connect('BAD');
    bad.send('x'.repeat(60_000_000));
    expect([1009, 1006]).toContain(await bad.closed);
    expect(await good.call('Heartbeat', {})).toMatchObject([3, 'c1', {}]);
  });

  test('that answers no ping is given up, and one that does is kept', async () => {
    await using own = await openServer({ pingIntervalMs: 50 });
    await own.register('C1');
    const deaf = await openWire(own.port, { id: 'C1', autoPong: false });
    expect(await deaf.closed).toBe(1006);

    // Long enough that no pause of this process passes for a missing answer.
    await using patient = await openServer({ pingIntervalMs: 1_500 });
    const good = await patient.connect('C1');
    let pings = 0;
    good.socket.on('ping', () => pings++);
    await expect.poll(() => pings).toBeGreaterThan(1);
    expect(await good.call('Heartbeat', {})).toMatchObject([3, 'c1', {}]);
  });

  test('is closed by the server when the registration changes', async () => {
    const wire = await specimen.connect('C1');
    specimen.server.disconnect('C1', 'The registration changed');
    expect(await wire.closed).toBe(1008);
  });

  test('is closed with 1001 when the server stops, and the charger is offline', async () => {
    const stopped = await openServer();
    const wire = await stopped.connect('C1');
    await wire.call('Heartbeat', {});
    await stopped.stop();
    expect(await wire.closed).toBe(1001);
    expect(await stopped.charging.station('C1')).toMatchObject({ online: false });
    await expect(openWire(stopped.port, { id: 'C1' })).rejects.toThrow('closed');
    await stopped[Symbol.asyncDispose]();
  });
});

test('a charger that does not hear that the server stops cannot hold it up', async () => {
  const own = await openServer();
  const deaf = await own.connect('C1');
  const command = own.server.command('C1', { command: 'reset', type: 'soft' });
  await deaf.next();
  deaf.socket.pause();
  await own[Symbol.asyncDispose]();
  expect(await command).toEqual({ outcome: 'unknown', response: null });
});
