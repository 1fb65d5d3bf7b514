import { afterEach, beforeEach, expect, test } from 'vitest';
import { openDialogue, type Dialogue } from '../specimens/dialogue.ts';
import { TEN } from '../specimens/server.ts';

let dialogue: Dialogue;
beforeEach(async () => {
  dialogue = await openDialogue('ocpp2.0.1');
  await dialogue.specimen.charging.putToken({ token: 'CARD', type: 'ISO15693', status: 'accepted', group: 'post' });
});
afterEach(() => dialogue[Symbol.asyncDispose]());

const EXPIRES = '2026-05-18T10:30:00.000Z';
const order = { command: 'reserve', token: 'CARD', evse: 2, expiresAt: EXPIRES, number: 7 };
const reservation = () => dialogue.specimen.charging.reservations.ofNumber('C1', 7);
const group = { idToken: 'post', type: 'Central' };

test('ReserveNow: asks for the EVSE for the token, with its type, and its group', async () => {
  const { calls, result } = await dialogue.ask({ ...order, connectorType: 'cCCS2' }, { status: 'Accepted' });
  const payload = {
    id: 7,
    expiryDateTime: EXPIRES,
    idToken: { idToken: 'CARD', type: 'ISO15693' },
    connectorType: 'cCCS2',
    evseId: 2,
    groupIdToken: group,
  };
  expect(calls).toEqual([['ReserveNow', payload]]);
  expect(result.outcome).toBe('accepted');
  expect(await reservation()).toMatchObject({ state: 'active', evse: 2, connectorType: 'cCCS2', group: 'post' });
});

test('ReserveNow: a refusal is kept with its word', async () => {
  await dialogue.ask(order, { status: 'Occupied' });
  expect(await reservation()).toMatchObject({ state: 'refused', history: [{}, { reason: 'Occupied' }] });
});

test('CancelReservation: cancels it', async () => {
  await dialogue.ask(order, { status: 'Accepted' });
  const id = (await reservation())?.id;
  const { calls } = await dialogue.ask({ command: 'cancel-reservation', reservation: id }, { status: 'Accepted' });
  expect(calls).toEqual([['CancelReservation', { reservationId: 7 }]]);
  expect(await reservation()).toMatchObject({ state: 'cancelled' });
});

test.each([
  ['Expired', 'expired'],
  ['Removed', 'removed'],
  ['Somehow', 'removed'],
])('ReservationStatusUpdate: %s is followed', async (reservationUpdateStatus, state) => {
  await dialogue.ask(order, { status: 'Accepted' });
  expect(await dialogue.tell('ReservationStatusUpdate', { reservationId: 7, reservationUpdateStatus })).toEqual({});
  expect(await reservation()).toMatchObject({ state, history: [{}, {}, { reason: reservationUpdateStatus }] });
});

test('ReservationStatusUpdate: of a reservation that nobody made is confirmed', async () => {
  const update = { reservationId: 99, reservationUpdateStatus: 'Expired' };
  expect(await dialogue.tell('ReservationStatusUpdate', update)).toEqual({});
});

test('ReserveNow: is used by the transaction that names it', async () => {
  await dialogue.ask(order, { status: 'Accepted' });
  const event = {
    eventType: 'Started',
    timestamp: new Date(TEN).toISOString(),
    triggerReason: 'Authorized',
    seqNo: 0,
    transactionInfo: { transactionId: 'tx', chargingState: 'Charging' },
    evse: { id: 2, connectorId: 1 },
    reservationId: 7,
    idToken: { idToken: 'CARD', type: 'ISO15693' },
  };
  expect(await dialogue.tell('TransactionEvent', event)).toEqual({
    idTokenInfo: { status: 'Accepted', groupIdToken: group },
  });
  expect(await reservation()).toMatchObject({ state: 'used' });
});

test('RequestStartTransaction: names the token by its type and its group, so that it may use what is reserved', async () => {
  const { calls } = await dialogue.ask({ command: 'start', token: 'CARD', evse: 2 }, { status: 'Accepted' });
  const payload = { idToken: { idToken: 'CARD', type: 'ISO15693' }, groupIdToken: group, evseId: 2 };
  expect(calls).toMatchObject([['RequestStartTransaction', payload]]);
});
