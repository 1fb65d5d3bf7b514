import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { MINUTE } from '#estate/units.ts';
import type { AskedReservation, ReservationState } from '../index.ts';
import { charger, openCharging, report16, report201, TEN, type ChargingSpecimen } from '../specimens.ts';

let specimen: ChargingSpecimen;
beforeEach(async () => {
  specimen = await openCharging();
  await specimen.charging.putToken({ token: 'CARD', status: 'accepted', group: 'post' });
  await specimen.charging.putToken({ token: 'COLLEAGUE', status: 'accepted', group: 'post' });
  await specimen.charging.putToken({ token: 'STRANGER', status: 'accepted' });
});
afterEach(() => specimen.records.close());

const asked = (more: Partial<AskedReservation> = {}): AskedReservation => ({
  charger: charger('C1'),
  number: 7,
  evse: 1,
  connectorType: null,
  token: 'CARD',
  group: 'post',
  expiresAt: TEN + 30 * MINUTE,
  at: TEN,
  ...more,
});

const held = () => specimen.charging.reservations.ofNumber('C1', 7);
const change = (state: ReservationState, reason: string | null = null) =>
  specimen.charging.reservations.changed({ charger: 'C1', number: 7, state, reason, at: TEN + MINUTE });

describe('a reservation', () => {
  test('is on record before the charger answers, and tells all that became of it', async () => {
    const { reservations } = specimen.charging;
    await reservations.asked(asked());
    expect(await held()).toMatchObject({ state: 'requested', evse: 1, token: 'CARD', group: 'post', site: 'barolo' });
    await reservations.accepted(asked({ at: TEN + 1 }));
    await change('removed', 'Removed');
    expect(await held()).toMatchObject({
      state: 'removed',
      createdAt: TEN,
      history: [
        { state: 'requested', at: TEN, reason: null },
        { state: 'active', at: TEN + 1, reason: null },
        { state: 'removed', at: TEN + MINUTE, reason: 'Removed' },
      ],
    });
  });

  test.each<[from: ReservationState, to: ReservationState, ends: ReservationState]>([
    ['requested', 'refused', 'refused'],
    ['active', 'refused', 'active'],
    ['active', 'cancelled', 'cancelled'],
    ['cancelled', 'expired', 'cancelled'],
    ['unknown', 'expired', 'expired'],
    ['refused', 'removed', 'refused'],
  ])('that is %s and is said to be %s is %s', async (from, to, ends) => {
    const { reservations } = specimen.charging;
    await reservations.asked(asked());
    if (from === 'active') await reservations.accepted(asked());
    else await change(from);
    await change(to);
    expect((await held())?.state).toBe(ends);
  });

  test('that the charger holds stays as it was until it takes another under its number', async () => {
    const { reservations } = specimen.charging;
    await reservations.accepted(asked());
    await reservations.asked(asked({ evse: 2 }));
    await change('refused');
    expect(await held()).toMatchObject({ state: 'active', evse: 1 });
    await reservations.accepted(asked({ evse: 2 }));
    expect(await held()).toMatchObject({ state: 'active', evse: 2 });
  });

  test('expires by the clock, whether or not the charger says so', async () => {
    const { charging, clock } = specimen;
    await charging.start();
    await charging.reservations.accepted(asked());
    await charging.reservations.accepted(asked({ number: 8, expiresAt: TEN + 60 * MINUTE }));
    await clock.advance(31 * MINUTE);
    const expired = () => charging.reservations.list({ limit: 9, state: 'expired' });
    await expect.poll(expired).toMatchObject([{ number: 7 }]);
    expect(await charging.reservations.list({ limit: 9, state: 'active', charger: 'C1' })).toMatchObject([
      { number: 8 },
    ]);
    charging.stop();
  });

  test('of another charger with the same number is another', async () => {
    const { reservations } = specimen.charging;
    await reservations.accepted(asked());
    await reservations.accepted(asked({ charger: charger('C2') }));
    await change('cancelled');
    expect(await reservations.ofNumber('C2', 7)).toMatchObject({ state: 'active' });
    expect(await reservations.list({ limit: 9 })).toHaveLength(2);
  });
});

describe('a session uses the reservation', () => {
  test.each([
    ['that it names', { token: 'CARD', reservation: 7 }, asked()],
    ['of its token, named or not', { token: 'card' }, asked()],
    ['of its group', { token: 'COLLEAGUE' }, asked()],
    ['of its token for any EVSE', { token: 'CARD', evse: 2 }, asked({ evse: null })],
  ])('%s', async (_, said, reservation) => {
    const { charging } = specimen;
    await charging.reservations.accepted(reservation);
    const { session } = await charging.reported(report16('began', { minute: 5, ...said }));
    expect(await held()).toMatchObject({ state: 'used', session });
    expect(await charging.session(session)).toMatchObject({ doubts: [] });
  });

  test('whose time ran out before its start was told', async () => {
    const { charging } = specimen;
    await charging.reservations.accepted(asked());
    await charging.reservations.lapse(TEN + 31 * MINUTE);
    await charging.reported(report16('began', { token: 'CARD', minute: 29, receivedAt: TEN + 40 * MINUTE }));
    expect((await held())?.state).toBe('used');
  });

  test('once its token is shown, where the car was plugged in before', async () => {
    const { charging } = specimen;
    await charging.reservations.accepted(asked());
    await charging.reported(report201('began', { token: null, seqNo: 0, minute: 1 }));
    expect((await held())?.state).toBe('active');
    await charging.reported(report201('updated', { token: 'CARD', seqNo: 1, minute: 2 }));
    expect((await held())?.state).toBe('used');
  });

  test.each([
    ['of another EVSE', { token: 'CARD', evse: 2 }, []],
    ['of an earlier time', { token: 'CARD', minute: -5 }, []],
    ['of a stranger on the EVSE that is reserved, which is a doubt', { token: 'STRANGER' }, ['foreign-reservation']],
  ])('unless it is one %s', async (_, said, doubts) => {
    const { charging } = specimen;
    await charging.reservations.accepted(asked());
    const { session } = await charging.reported(report16('began', { minute: 5, ...said }));
    expect((await held())?.state).toBe('active');
    expect(await charging.session(session)).toMatchObject({ doubts });
  });
});
