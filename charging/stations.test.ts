import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { MINUTE } from '#estate/units.ts';
import { charger, openCharging, report16, TEN, type ChargingSpecimen } from './specimens.ts';
import type { ConnectorReport } from './index.ts';
import { getStation } from './stations.ts';

let specimen: ChargingSpecimen;
beforeEach(async () => {
  specimen = await openCharging();
  await specimen.clock.advance(60 * MINUTE);
});
afterEach(() => specimen.records.close());

const says = (report: Partial<ConnectorReport> & { minute?: number }) => {
  const { minute = 0, ...rest } = report;
  const whole = { evse: 1, connector: 1, state: 'available', error: null, at: TEN + minute * MINUTE, ...rest } as const;
  return specimen.charging.connectorChanged(charger('C1'), whole);
};
const connectors = async () => (await specimen.charging.station('C1'))?.connectors;

describe('a station', () => {
  test('is unknown until it is heard', async () => {
    expect(await specimen.charging.station('C1')).toBeNull();
  });

  test('keeps what it said when it booted, and takes over what an update of its firmware changes', async () => {
    const { charging } = specimen;
    const boot = { vendor: 'Acme', model: 'Wall', serial: '1', firmware: '1.0', protocol: 'ocpp1.6' } as const;
    await charging.booted(charger('C1'), boot, TEN);
    await charging.reported(report16('began'));
    await charging.booted(charger('C1'), { ...boot, firmware: '2.0', protocol: 'ocpp2.0.1' }, TEN + 1);
    expect(await charging.station('C1')).toEqual({
      id: 'C1',
      site: 'barolo',
      ...boot,
      firmware: '2.0',
      protocol: 'ocpp2.0.1',
      online: false,
      lastSeen: TEN + 1,
      connectors: [],
      condition: null,
      synthetic: true,
    });
  });

  test('comes and goes, and tells it once', async () => {
    const { charging, told } = specimen;
    await charging.reachable(charger('C1'), false, TEN);
    await charging.reachable(charger('C1'), true, TEN + 1);
    await charging.reachable(charger('C1'), true, TEN + 2);
    expect(await charging.station('C1')).toMatchObject({ online: true, lastSeen: TEN + 2 });
    await charging.reachable(charger('C1'), false, TEN + 3);
    expect(told.map((fact) => fact.kind === 'charger-online' && [fact.at - TEN, fact.online])).toEqual([
      [1, true],
      [3, false],
    ]);
  });

  test('is offline after a restart until it connects', async () => {
    const { charging } = specimen;
    await charging.reachable(charger('C1'), true, TEN);
    await charging.start();
    expect(await charging.station('C1')).toMatchObject({ online: false, lastSeen: TEN });
  });

  test('is listed by id, page by page, with its connectors', async () => {
    const { charging } = specimen;
    for (const id of ['C3', 'C1', 'C2']) await charging.reachable(charger(id), true, TEN);
    await charging.reachable({ id: 'C4', site: null, synthetic: false }, true, TEN);
    await says({ evse: 2 });
    await says({ evse: 1 });
    const first = await charging.stations({ limit: 2 });
    expect(first.map((one) => [one.id, one.connectors.map(({ evse }) => evse)])).toEqual([
      ['C1', [1, 2]],
      ['C2', []],
    ]);
    expect((await charging.stations({ limit: 2, after: 'C2' })).map((one) => one.id)).toEqual(['C3', 'C4']);
    expect(await charging.stations({ site: 'barolo', limit: 9 })).toHaveLength(3);
  });
});

describe('a connector', () => {
  test('keeps its state since when, and tells only changes', async () => {
    await says({ minute: 0 });
    await says({ minute: 5 });
    await says({ minute: 6, state: 'faulted', error: 'GroundFailure' });
    await says({ minute: 7, state: 'faulted', error: 'HighTemperature' });
    const faulted = { evse: 1, connector: 1, state: 'faulted', error: 'HighTemperature', since: TEN + 6 * MINUTE };
    expect(await connectors()).toEqual([faulted]);
    expect(specimen.told.map((fact) => fact.kind === 'connector-state' && [fact.state, fact.error])).toEqual([
      ['available', null],
      ['faulted', 'GroundFailure'],
      ['faulted', 'HighTemperature'],
    ]);
  });

  test('is not changed by what is older', async () => {
    await says({ minute: 6, state: 'charging' });
    await says({ minute: 5, state: 'available' });
    expect(await connectors()).toMatchObject([{ state: 'charging' }]);
  });

  test('is not frozen by a clock that ran ahead', async () => {
    await says({ minute: 60 * 24 * 365, state: 'charging' });
    await specimen.clock.advance(MINUTE);
    await says({ minute: 61, state: 'available' });
    expect(await connectors()).toMatchObject([{ state: 'available' }]);
  });

  test('0 is the station as a whole', async () => {
    await says({ evse: 0, connector: 0, state: 'unavailable', error: null });
    expect(await specimen.charging.station('C1')).toMatchObject({
      connectors: [],
      condition: { state: 'unavailable', error: null, since: TEN },
    });
  });

  test('that is available closes what is open on it, and a late stop still ends it', async () => {
    const { charging } = specimen;
    const { transaction, session } = await charging.reported(report16('began', { minute: 1, wh: 100 }));
    const other = await charging.reported(report16('began', { minute: 1, evse: 2, wh: 100 }));
    await charging.reported(report16('updated', { transaction, minute: 3, wh: 300, powerW: 4_000 }));
    await says({ minute: 5 });
    expect(await charging.session(session)).toMatchObject({
      state: 'incomplete',
      endedAt: TEN + 5 * MINUTE,
      energyWh: 200,
      powerW: null,
      reason: 'the connector became available without a stop',
    });
    expect(await charging.session(other.session)).toMatchObject({ state: 'active' });
    expect(specimen.told.at(-1)).toMatchObject({ kind: 'session-ended', session, energyWh: 200 });
    await charging.reported(report16('ended', { transaction, minute: 4, wh: 350, reason: 'PowerLoss' }));
    expect(await charging.session(session)).toMatchObject({
      state: 'ended',
      endedAt: TEN + 4 * MINUTE,
      energyWh: 250,
      reason: 'PowerLoss',
    });
  });

  test('that was available before the session began closes nothing', async () => {
    const { charging } = specimen;
    const { session } = await charging.reported(report16('began', { minute: 1 }));
    await says({ minute: 1 });
    await says({ minute: 0 });
    await says({ minute: 9, evse: 0 });
    expect(await charging.session(session)).toMatchObject({ state: 'active' });
  });
});

describe('the time at which a charger was last heard', () => {
  const kept = async () => (await specimen.records.run(getStation, 'C1'))?.lastSeen;
  const told = async () => (await specimen.charging.station('C1'))?.lastSeen;

  test('is told exactly while it is connected, and kept now and then', async () => {
    const { charging } = specimen;
    await charging.reachable(charger('C1'), true, TEN);
    await charging.reachable(charger('C1'), true, TEN + 29_999);
    expect([await kept(), await told()]).toEqual([TEN, TEN + 29_999]);
    expect((await charging.stations({ limit: 1 }))[0]?.lastSeen).toBe(TEN + 29_999);
    await charging.reachable(charger('C1'), true, TEN + 30_000);
    expect(await kept()).toBe(TEN + 30_000);
  });

  test('is kept exactly when it goes', async () => {
    const { charging } = specimen;
    await charging.reachable(charger('C1'), true, TEN);
    await charging.reachable(charger('C1'), true, TEN + 1);
    await charging.reachable(charger('C1'), false, TEN + 2);
    expect([await kept(), await told()]).toEqual([TEN + 2, TEN + 2]);
  });

  test('is kept at once of a charger that moved to another site', async () => {
    const { charging } = specimen;
    await charging.reachable(charger('C1'), true, TEN);
    await charging.reachable({ ...charger('C1'), site: 'alba' }, true, TEN + 1);
    expect(await charging.station('C1')).toMatchObject({ site: 'alba', lastSeen: TEN + 1 });
    expect(await kept()).toBe(TEN + 1);
  });
});
