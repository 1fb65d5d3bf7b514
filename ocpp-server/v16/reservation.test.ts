import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { openDialogue, type Dialogue } from '../specimens/dialogue.ts';
import { TEN } from '../specimens/server.ts';

let dialogue: Dialogue;
beforeEach(async () => {
  dialogue = await openDialogue('ocpp1.6');
  await dialogue.specimen.charging.putToken({ token: 'CARD', status: 'accepted', group: 'post' });
});
afterEach(() => dialogue[Symbol.asyncDispose]());

const EXPIRES = '2026-05-18T10:30:00.000Z';
const order = { command: 'reserve', token: 'CARD', evse: 2, expiresAt: EXPIRES, number: 7 };
const reservation = () => dialogue.specimen.charging.reservations.ofNumber('C1', 7);

describe('ReserveNow', () => {
  test('ReserveNow: asks for the connector for the token and its group, and is active once accepted', async () => {
    const { calls, result } = await dialogue.ask(order, { status: 'Accepted' });
    const payload = { connectorId: 2, expiryDate: EXPIRES, idTag: 'CARD', parentIdTag: 'post', reservationId: 7 };
    expect(calls).toEqual([['ReserveNow', payload]]);
    expect(result).toEqual({ outcome: 'accepted', response: { status: 'Accepted' } });
    expect(await reservation()).toMatchObject({ state: 'active', evse: 2, token: 'CARD', group: 'post' });
  });

  test('ReserveNow: without an EVSE asks for any connector, under a number of its own', async () => {
    const { calls } = await dialogue.ask(
      { command: 'reserve', token: 'CARD', expiresAt: EXPIRES },
      { status: 'Accepted' },
    );
    expect(calls).toMatchObject([['ReserveNow', { connectorId: 0, reservationId: expect.any(Number) }]]);
    expect(await dialogue.specimen.charging.reservations.list({ limit: 1 })).toMatchObject([
      { state: 'active', evse: null },
    ]);
  });

  test.each(['Faulted', 'Occupied', 'Rejected', 'Unavailable'])('ReserveNow: %s is a refusal', async (status) => {
    const { result } = await dialogue.ask(order, { status });
    expect(result).toEqual({ outcome: 'rejected', response: { status } });
    expect(await reservation()).toMatchObject({
      state: 'refused',
      history: [{}, { state: 'refused', reason: status }],
    });
  });

  test('ReserveNow: an error is a refusal, a lost answer may be a reservation', async () => {
    await dialogue.ask(order, 'NotSupported');
    expect(await reservation()).toMatchObject({ state: 'refused' });
    const lost = dialogue.specimen.server.call('C1', 'ReserveNow', {
      connectorId: 1,
      expiryDate: EXPIRES,
      idTag: 'CARD',
      reservationId: 8,
    });
    await dialogue.wire.next();
    dialogue.wire.socket.terminate();
    expect(await lost).toMatchObject({ outcome: 'unknown' });
    expect(await dialogue.specimen.charging.reservations.ofNumber('C1', 8)).toMatchObject({ state: 'unknown' });
  });

  test('ReserveNow: by a raw call is on record too', async () => {
    const payload = { connectorId: 0, expiryDate: EXPIRES, idTag: 'X', reservationId: 7 };
    await dialogue.askRaw('ReserveNow', payload, { status: 'Accepted' });
    expect(await reservation()).toMatchObject({ state: 'active', evse: null, token: 'X', group: null });
  });

  test.each([
    ['a token that nobody registered', { token: 'NOBODY' }, 'conflict'],
    ['a time that is past', { expiresAt: '2026-05-18T10:00:00Z' }, 'invalid'],
    ['a type of connector, which 1.6 cannot say', { connectorType: 'cCCS2' }, 'invalid'],
  ])('ReserveNow: is not sent for %s', async (_, more, code) => {
    await expect(dialogue.ask({ ...order, ...more })).rejects.toMatchObject({ code });
  });

  test('ReserveNow: is used by the StartTransaction that names it', async () => {
    await dialogue.ask(order, { status: 'Accepted' });
    const start = { connectorId: 2, idTag: 'CARD', meterStart: 0, timestamp: new Date(TEN).toISOString() };
    expect(await dialogue.tell('StartTransaction', { ...start, reservationId: 7 })).toMatchObject({
      idTagInfo: { status: 'Accepted', parentIdTag: 'post' },
    });
    const [session] = await dialogue.specimen.charging.sessions({ limit: 1 });
    expect(await reservation()).toMatchObject({ state: 'used', session: session?.id });
  });
});

describe('CancelReservation', () => {
  test.each([
    ['Accepted', 'cancelled'],
    ['Rejected', 'removed'],
  ])('CancelReservation: %s means that it is %s', async (status, state) => {
    await dialogue.ask(order, { status: 'Accepted' });
    const id = (await reservation())?.id;
    const { calls } = await dialogue.ask({ command: 'cancel-reservation', reservation: id }, { status });
    expect(calls).toEqual([['CancelReservation', { reservationId: 7 }]]);
    expect(await reservation()).toMatchObject({ state });
  });

  test('CancelReservation: of another charger is not sent', async () => {
    await expect(dialogue.ask({ command: 'cancel-reservation', reservation: 'none' })).rejects.toMatchObject({
      code: 'not-found',
    });
  });
});
