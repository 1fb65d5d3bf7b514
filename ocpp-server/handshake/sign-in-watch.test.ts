import { connect } from 'node:net';
import { once } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MINUTE, SECOND } from '#estate/units.ts';
import { openServer, type Specimen } from '../specimens/server.ts';
import { openWire, rawRequest, secretOf, upgradeOf } from '../specimens/wire.ts';

let front: Specimen;
beforeEach(async () => {
  front = await openServer();
});
afterEach(() => front[Symbol.asyncDispose]());

const events = async (charger: string) =>
  (await front.charging.securityEvents.list({ charger, limit: 50 })).map(({ kind }) => kind).toReversed();

describe('a half-open socket', () => {
  it('is replaced at once by the charger’s new connection, and its late end changes nothing', async () => {
    await front.register('CP-1');
    const half = connect({ port: front.port, host: '127.0.0.1', allowHalfOpen: true });
    await once(half, 'connect');
    const basic = Buffer.from(`CP-1:${secretOf('CP-1')}`).toString('base64');
    half.write(upgradeOf('/ocpp/CP-1', [`Authorization: Basic ${basic}`, 'Sec-WebSocket-Protocol: ocpp1.6']));
    await once(half, 'data');
    const before = front.server.connectionOf('CP-1');
    // It says nothing more, answers no ping and never closes.
    half.pause();

    const began = performance.now();
    const wire = await openWire(front.port, { id: 'CP-1' });
    expect(await wire.call('Heartbeat', {})).toMatchObject([3, 'c1', { currentTime: expect.any(String) }]);
    expect(performance.now() - began).toBeLessThan(15 * SECOND);
    const now = front.server.connectionOf('CP-1');
    expect(now?.epoch).toBeGreaterThan(before?.epoch ?? Infinity);

    half.resume();
    half.destroy();
    await front.clock.advance(SECOND);
    expect(front.server.connectionOf('CP-1')).toEqual(now);
    expect((await front.charging.station('CP-1'))?.online).toBe(true);
    expect(await events('CP-1')).toEqual(['ConnectionReplaced']);
    wire.socket.terminate();
  });
});

describe('an identity that two devices share', () => {
  it('is flagged once its connection was replaced more than five times within ten minutes', async () => {
    const told: unknown[] = [];
    front.charging.facts.listen((fact) => fact.kind === 'security-event' && told.push([fact.event, fact.critical]));
    await front.register('CP-1');
    for (let n = 0; n < 6; n++) await openWire(front.port, { id: 'CP-1' });
    expect(await events('CP-1')).toEqual(['ConnectionReplaced']);
    await openWire(front.port, { id: 'CP-1' });
    await expect.poll(() => events('CP-1')).toEqual(['ConnectionReplaced', 'IdentitySwapping']);
    expect(told).toEqual([
      ['ConnectionReplaced', false],
      ['IdentitySwapping', true],
    ]);
  });

  it('is not flagged when it merely reconnects now and then', async () => {
    await front.register('CP-1');
    for (let n = 0; n < 12; n++) {
      await openWire(front.port, { id: 'CP-1' });
      await front.clock.advance(3 * MINUTE);
    }
    expect(await events('CP-1')).not.toContain('IdentitySwapping');
  });
});

describe('failed sign-ins', () => {
  const fail = (id: string) => expect(openWire(front.port, { id, secret: 'wrong' })).rejects.toThrow(/401|429/);

  it('of a known charger are security events, one a minute however many there are', async () => {
    await front.register('CP-1');
    for (let n = 0; n < 5; n++) await fail('CP-1');
    await expect.poll(() => events('CP-1')).toEqual(['SignInFailed']);
    await front.clock.advance(2 * MINUTE);
    await fail('CP-1');
    await expect.poll(() => events('CP-1')).toEqual(['SignInFailed', 'SignInFailed']);
    const [last] = await front.charging.securityEvents.list({ limit: 1 });
    expect(last).toMatchObject({ charger: 'CP-1', source: 'server', critical: false });
    expect(last?.text).toMatch(/^From 127\.0\.0\.1: wrong secret\. 4 more times since the last/);
  });

  it('of an unknown identity are none: anyone could fill the list', async () => {
    await fail('NOBODY');
    expect(await front.charging.securityEvents.list({ limit: 9 })).toEqual([]);
  });

  it('never lock a charger out', async () => {
    await front.register('CP-1');
    for (let n = 0; n < 100; n++) await rawRequest(front.port, upgradeOf('/ocpp/CP-1', ['Authorization: Basic eDp4']));
    const wire = await openWire(front.port, { id: 'CP-1' });
    expect(wire.socket.readyState).toBe(wire.socket.OPEN);
    wire.socket.terminate();
  });
});
