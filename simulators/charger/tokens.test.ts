import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type Clock, scaledClock } from '#estate/clock.ts';
import { HOUR, isoTime, type Millis, SECOND } from '#estate/units.ts';
import type { Protocol } from '../estate/plan.ts';
import type { SimulatedCharger } from '../fleet.ts';
import { createTestBed, estate, promptCar, type TestBed, until } from '../specimens.ts';

let bed: TestBed;
let clock: Clock;
beforeEach(async () => {
  bed = await createTestBed();
  clock = scaledClock({ startMs: Date.now(), speed: 10 });
});
afterEach(() => bed[Symbol.asyncDispose]());

const GROUPS: Record<string, string> = { CARD: 'post', COLLEAGUE: 'post', CHIEF: 'MasterPass' };

/** A healthy charger with two EVSEs, before a central system that knows the groups. */
async function chargerOf(protocol: Protocol): Promise<SimulatedCharger> {
  const plan = estate.chargers.find((each) => each.protocol === protocol && !each.fault && each.evses === 2);
  if (!plan) throw new Error('The estate has no such charger.');
  const { chargers } = await bed.fleet({ estate: { ...estate, chargers: [plan] }, clock });
  const charger = chargers[0];
  if (!charger) throw new Error('The fleet has no charger.');
  const usual = bed.central.answer;
  bed.central.answer = (call) => {
    const answer = usual(call);
    const { idTag, idToken } = call.payload as { idTag?: string; idToken?: { idToken: string } };
    const group = GROUPS[idTag ?? idToken?.idToken ?? ''];
    if (group === undefined || !answer || !('idTagInfo' in answer || call.action === 'TransactionEvent')) return answer;
    if (protocol === 'ocpp1.6') return { ...answer, idTagInfo: { status: 'Accepted', parentIdTag: group } };
    return { idTokenInfo: { status: 'Accepted', groupIdToken: { idToken: group, type: 'Central' } } };
  };
  await until(() => charger.isOnline(), 'it is online');
  return charger;
}

const calls = (action: string) => bed.central.calls(action);
const inTime = (ms: Millis) => isoTime(clock.now() + ms);

interface Words {
  protocol: Protocol;
  reserve: (evse: number | null, more?: { number?: number; until?: string }) => [string, object];
  start: (token: string) => [string, object];
  began: () => object | undefined;
  ended: () => Record<string, unknown>[];
  list: (
    version: number,
    entries: Record<string, string | null>,
    updateType: 'Full' | 'Differential',
  ) => [string, object];
  version: string;
}

const VERSIONS: Words[] = [
  {
    protocol: 'ocpp1.6',
    reserve: (evse, { number = 7, until: expiryDate = inTime(HOUR) } = {}) => [
      'ReserveNow',
      { connectorId: evse ?? 0, expiryDate, idTag: 'CARD', parentIdTag: 'post', reservationId: number },
    ],
    start: (idTag) => ['RemoteStartTransaction', { connectorId: 1, idTag }],
    began: () => calls('StartTransaction')[0]?.payload,
    ended: () => calls('StopTransaction').map(({ payload }) => payload),
    list: (listVersion, entries, updateType) => [
      'SendLocalList',
      {
        listVersion,
        updateType,
        localAuthorizationList: Object.entries(entries).map(([idTag, status]) => ({
          idTag,
          ...(status === null ? {} : { idTagInfo: { status } }),
        })),
      },
    ],
    version: 'listVersion',
  },
  {
    protocol: 'ocpp2.0.1',
    reserve: (evse, { number = 7, until: expiryDateTime = inTime(HOUR) } = {}) => [
      'ReserveNow',
      {
        id: number,
        expiryDateTime,
        idToken: { idToken: 'CARD', type: 'ISO14443' },
        groupIdToken: { idToken: 'post', type: 'Central' },
        ...(evse === null ? {} : { evseId: evse }),
      },
    ],
    start: (idToken) => [
      'RequestStartTransaction',
      { evseId: 1, remoteStartId: 1, idToken: { idToken, type: 'ISO14443' } },
    ],
    began: () => calls('TransactionEvent').find(({ payload }) => payload['eventType'] === 'Started')?.payload,
    ended: () =>
      calls('TransactionEvent').flatMap(({ payload }) => (payload['eventType'] === 'Ended' ? [payload] : [])),
    list: (versionNumber, entries, updateType) => [
      'SendLocalList',
      {
        versionNumber,
        updateType,
        localAuthorizationList: Object.entries(entries).map(([idToken, status]) => ({
          idToken: { idToken, type: 'ISO14443' },
          ...(status === null ? {} : { idTokenInfo: { status } }),
        })),
      },
    ],
    version: 'versionNumber',
  },
];

describe.each(VERSIONS)('a charger of $protocol', ({ protocol, reserve, start, began, ended, list, version }) => {
  const ask = async (charger: SimulatedCharger, [action, payload]: [string, object]) =>
    (await bed.central.call(charger.id, action, payload))['status'];

  it('keeps an EVSE free for a token and its group, and tells whose reservation was used', async () => {
    const charger = await chargerOf(protocol);
    expect(await ask(charger, reserve(1))).toBe('Accepted');
    await until(() => charger.status(1) === 'Reserved', 'it is reserved');
    expect(charger.status(2)).toBe('Available');
    expect(await ask(charger, reserve(1, { number: 8 }))).toBe('Occupied');
    expect(await ask(charger, start('STRANGER'))).toBe('Rejected');
    charger.plugIn(1, promptCar());
    expect(await charger.authorise(1, 'STRANGER')).toBe(false);
    expect(await charger.authorise(1, 'COLLEAGUE')).toBe(true);
    await until(() => began() !== undefined, 'it began');
    expect(began()).toMatchObject({ reservationId: 7 });
    expect(bed.central.faults).toEqual([]);
  });

  it('keeps any EVSE free, the last one that is left', async () => {
    const charger = await chargerOf(protocol);
    expect(await ask(charger, reserve(null))).toBe('Accepted');
    expect([charger.status(1), charger.status(2)]).toEqual(['Available', 'Available']);
    charger.plugIn(1, promptCar());
    expect(await charger.authorise(1, 'STRANGER')).toBe(true);
    await until(() => charger.status(2) === 'Reserved', 'the other one is reserved');
    charger.plugIn(2, promptCar());
    expect(await charger.authorise(2, 'STRANGER-2')).toBe(false);
    expect(await charger.authorise(2, 'CARD')).toBe(true);
  });

  it('gives a reservation up when it is cancelled, when its time has passed and when its EVSE breaks', async () => {
    const charger = await chargerOf(protocol);
    await ask(charger, reserve(1));
    const cancel = () => ask(charger, ['CancelReservation', { reservationId: 7 }]);
    expect([await cancel(), await cancel()]).toEqual(['Accepted', 'Rejected']);
    expect(charger.status(1)).toBe('Available');

    await ask(charger, reserve(1, { until: inTime(40 * SECOND) }));
    await until(() => charger.status(1) === 'Reserved', 'it is reserved');
    await until(() => charger.status(1) === 'Available', 'it is free again');
    await ask(charger, reserve(2, { number: 9 }));
    charger.setFault(2, 'GroundFailure');
    expect(await ask(charger, reserve(2))).toBe('Faulted');
    if (protocol === 'ocpp1.6') return;
    await until(() => calls('ReservationStatusUpdate').length === 2, 'both were told');
    expect(calls('ReservationStatusUpdate').map(({ payload }) => payload)).toEqual([
      { reservationId: 7, reservationUpdateStatus: 'Expired' },
      { reservationId: 9, reservationUpdateStatus: 'Removed' },
    ]);
    expect(bed.central.faults).toEqual([]);
  });

  it('lets a card of the group stop what another began', async () => {
    const charger = await chargerOf(protocol);
    charger.plugIn(1, promptCar());
    await charger.authorise(1, 'CARD');
    await until(() => charger.truth().confirmed.length > 0, 'its start is confirmed');
    expect(await charger.authorise(1, 'STRANGER')).toBe(false);
    expect(await charger.authorise(1, 'COLLEAGUE')).toBe(true);
    await until(() => ended().length === 1, 'it ended');
    expect(JSON.stringify(ended())).toContain('COLLEAGUE');
  });

  it('knows the cards of its list without the central system, and takes no older list', async () => {
    const charger = await chargerOf(protocol);
    expect(await ask(charger, list(3, { GOOD: 'Accepted', LOST: 'Blocked' }, 'Full'))).toBe('Accepted');
    expect(await ask(charger, list(3, { LOST: null }, 'Differential'))).toBe('VersionMismatch');
    expect(await ask(charger, list(4, { GONE: 'Accepted' }, 'Differential'))).toBe('Accepted');
    expect(await ask(charger, list(5, { GONE: null }, 'Differential'))).toBe('Accepted');
    expect(await bed.central.call(charger.id, 'GetLocalListVersion', {})).toEqual({ [version]: 5 });
    charger.cut(2_500);
    await until(() => !charger.isOnline(), 'the wire is down');
    charger.plugIn(1);
    expect(await charger.authorise(1, 'lost')).toBe(false);
    expect(await charger.authorise(1, 'good')).toBe(true);
  });

  it('remembers what it heard of a card until its cache is cleared', async () => {
    const charger = await chargerOf(protocol);
    const usual = bed.central.answer;
    const blocked = { idTagInfo: { status: 'Blocked' }, idTokenInfo: { status: 'Blocked' } };
    bed.central.answer = (call) => (call.action === 'Authorize' ? blocked : usual(call));
    charger.plugIn(1);
    expect(await charger.authorise(1, 'BAD')).toBe(false);
    charger.cut(1_000);
    await until(() => !charger.isOnline(), 'the wire is down');
    expect(await charger.authorise(1, 'BAD')).toBe(false);
    await until(() => charger.isOnline(), 'it is back');
    expect(await ask(charger, ['ClearCache', {}])).toBe('Accepted');
    charger.cut(1_000);
    await until(() => !charger.isOnline(), 'the wire is down again');
    expect(await charger.authorise(1, 'BAD')).toBe(true);
  });
});

describe('a station of 2.0.1', () => {
  it('stops all sessions for a master pass, which starts none', async () => {
    const charger = await chargerOf('ocpp2.0.1');
    charger.plugIn(1, promptCar());
    expect(await charger.authorise(1, 'CHIEF')).toBe(false);
    await charger.authorise(1, 'CARD');
    charger.plugIn(2, promptCar());
    await charger.authorise(2, 'OTHER');
    expect(await charger.authorise(1, 'CHIEF')).toBe(true);
    const ended = () => calls('TransactionEvent').filter(({ payload }) => payload['eventType'] === 'Ended');
    await until(() => ended().length === 2, 'both ended');
    for (const { payload } of ended()) {
      expect(payload).toMatchObject({
        triggerReason: 'StopAuthorized',
        transactionInfo: { stoppedReason: 'MasterPass' },
        idToken: { idToken: 'CHIEF' },
      });
    }
    expect(bed.central.faults).toEqual([]);
  });

  it('shows what a session costs, while it runs and in the end', async () => {
    const charger = await chargerOf('ocpp2.0.1');
    const usual = bed.central.answer;
    bed.central.answer = (call) => (call.payload['eventType'] === 'Ended' ? { totalCost: 4.2 } : usual(call));
    charger.plugIn(1, promptCar());
    await charger.authorise(1, 'CARD');
    const transactionId = charger.transaction(1);
    await bed.central.call(charger.id, 'CostUpdated', { totalCost: 1.5, transactionId });
    const cost = () => charger.truth().sessions[0]?.cost;
    expect(cost()).toBe(1.5);
    charger.unplug(1);
    await until(() => cost() === 4.2, 'the end is confirmed');
  });
});
