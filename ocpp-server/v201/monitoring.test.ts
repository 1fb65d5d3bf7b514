import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { placeOf } from '#charging/index.ts';
import type { ChargingFact } from '#estate/fact.ts';
import { isoTime } from '#estate/units.ts';
import { openExchange, type Exchange } from '../specimens/exchange.ts';
import { openServer, TEN, type Specimen } from '../specimens/server.ts';

let specimen: Specimen;
let station: Exchange;
let count = 0;
let facts: ChargingFact[] = [];
beforeAll(async () => {
  specimen = await openServer();
  specimen.charging.facts.listen((fact) => void (fact.kind === 'charger-event' && facts.push(fact)));
});
afterAll(() => specimen[Symbol.asyncDispose]());
beforeEach(async () => {
  facts = [];
  station = await openExchange(specimen, { id: `S${++count}`, protocol: 'ocpp2.0.1' });
});

const component = { name: 'EVSE', evse: { id: 1 } };
const variable = { name: 'Power' };
const said = { component: 'EVSE', evse: 1, variable: 'Power', type: 'upper-threshold', value: 11_000, severity: 2 };
const result = { status: 'Accepted', type: 'UpperThreshold', severity: 2, component, variable };
const requestId = expect.any(Number) as number;
const monitors = () => specimen.charging.monitoring.monitors({ charger: station.id, limit: 9 });
const ids = async () => (await monitors()).map(({ id }) => id);
/** The station has taken on these monitors. */
const watch = (...numbers: number[]) =>
  station.command(
    { command: 'set-monitors', monitors: numbers.map((n) => ({ ...said, variable: `V${n}` })) },
    { setMonitoringResult: numbers.map((n) => ({ ...result, id: n, variable: { name: `V${n}` } })) },
  );

describe('SetVariableMonitoring:', () => {
  test('names the variable, and what the station took on is kept under its number', async () => {
    const other = { ...said, evse: 2, type: 'periodic', value: 60, severity: 8, inTransaction: true, id: 4 };
    const setMonitoringResult = [
      { ...result, id: 7, component: { name: 'evse', evse: { id: 1 } } },
      { ...result, id: 4, type: 'Periodic', status: 'Rejected', component: { name: 'EVSE', evse: { id: 2 } } },
    ];
    const sent = await station.command({ command: 'set-monitors', monitors: [said, other] }, { setMonitoringResult });
    expect(sent).toMatchObject({
      action: 'SetVariableMonitoring',
      payload: {
        setMonitoringData: [
          { component, variable, type: 'UpperThreshold', value: 11_000, severity: 2, transaction: false },
          { component: { evse: { id: 2 } }, type: 'Periodic', value: 60, severity: 8, transaction: true, id: 4 },
        ],
      },
      result: { outcome: 'rejected' },
    });
    expect(await monitors()).toEqual([
      {
        id: 7,
        component: 'EVSE',
        componentInstance: null,
        evse: 1,
        connector: null,
        variable: 'Power',
        variableInstance: null,
        type: 'upper-threshold',
        value: 11_000,
        severity: 2,
        inTransaction: false,
      },
    ]);
  });

  test('goes in as many messages as the station asks for', async () => {
    const place = { component: 'MonitoringCtrlr', variable: 'ItemsPerMessage' };
    const limit = { ...placeOf({ ...place, variableInstance: 'SetVariableMonitoring' }), value: '1' };
    await specimen.charging.variables.told({ charger: station.id, variables: [limit], at: TEN });
    const both = specimen.server.command(station.id, {
      command: 'set-monitors',
      monitors: [1, 2].map((evse) => ({ ...said, evse, type: 'delta' as const, inTransaction: false })),
    });
    for (const id of [1, 2]) {
      const [, messageId, , payload] = await station.wire.next();
      expect(payload).toMatchObject({ setMonitoringData: [{ component: { evse: { id } } }] });
      const taken = { ...result, id, type: 'Delta', component: { name: 'EVSE', evse: { id } } };
      station.wire.send(JSON.stringify([3, messageId, { setMonitoringResult: [taken] }]));
    }
    expect(await both).toMatchObject({
      outcome: 'accepted',
      response: { setMonitoringResult: [{ id: 1 }, { id: 2 }] },
    });
    expect(await ids()).toEqual([1, 2]);
  });
});

test('ClearVariableMonitoring: what is cleared or not there is gone', async () => {
  await watch(1, 2, 3);
  const cleared = await station.command(
    { command: 'clear-monitors', ids: [1, 2, 3] },
    {
      clearMonitoringResult: [
        { id: 1, status: 'Accepted' },
        { id: 2, status: 'NotFound' },
        { id: 3, status: 'Rejected' },
      ],
    },
  );
  expect(cleared).toMatchObject({
    action: 'ClearVariableMonitoring',
    payload: { id: [1, 2, 3] },
    result: { outcome: 'rejected' },
  });
  expect(await ids()).toEqual([3]);
});

test.each([
  ['Accepted', { base: 'hard-wired-only', level: null }, []],
  ['NotSupported', { base: null, level: null }, [1]],
])('SetMonitoringBase: %s', async (status, scope, left) => {
  await watch(1);
  const sent = await station.command({ command: 'set-monitoring-base', base: 'hard-wired-only' }, { status });
  expect(sent).toMatchObject({ action: 'SetMonitoringBase', payload: { monitoringBase: 'HardWiredOnly' } });
  expect(await specimen.charging.monitoring.scope(station.id)).toEqual(scope);
  expect(await ids()).toEqual(left);
});

test('SetMonitoringLevel: is kept once accepted', async () => {
  const level = (severity: number, status: string) =>
    station.command({ command: 'set-monitoring-level', severity }, { status });
  expect(await level(4, 'Accepted')).toMatchObject({ action: 'SetMonitoringLevel', payload: { severity: 4 } });
  await level(9, 'Rejected');
  expect(await specimen.charging.monitoring.scope(station.id)).toEqual({ base: null, level: 4 });
});

describe('GetMonitoringReport:', () => {
  const part = (seqNo: number, tbc: boolean, id: number) => ({
    generatedAt: isoTime(TEN),
    seqNo,
    tbc,
    monitor: [{ component, variable, variableMonitoring: [{ id, ...result, value: 5, transaction: false }] }],
  });

  test('NotifyMonitoringReport: the parts of a whole report are all there is', async () => {
    await watch(1);
    const { payload } = await station.command({ command: 'get-monitors' }, { status: 'Accepted' });
    expect(payload).toEqual({ requestId });
    for (const each of [part(1, false, 8), part(0, true, 7)]) {
      await station.wire.call('NotifyMonitoringReport', { requestId: payload['requestId'], ...each });
    }
    expect(await ids()).toEqual([7, 8]);
  });

  test('may be of some only, which says nothing of the others', async () => {
    await watch(1);
    const variables = [{ component: 'EVSE' }, { component: 'EVSE', evse: 2, variable: 'Power' }];
    const sent = await station.command(
      { command: 'get-monitors', criteria: ['threshold'], variables },
      { status: 'EmptyResultSet' },
    );
    expect(sent).toMatchObject({
      action: 'GetMonitoringReport',
      payload: {
        monitoringCriteria: ['ThresholdMonitoring'],
        componentVariable: [
          { component: { name: 'EVSE' } },
          { component: { name: 'EVSE', evse: { id: 2 } }, variable: { name: 'Power' } },
        ],
      },
      result: { outcome: 'accepted' },
    });
    expect(await ids()).toEqual([1]);
  });

  test('of nothing means that there is none', async () => {
    await watch(1);
    await station.command({ command: 'get-monitors' }, { status: 'EmptyResultSet' });
    expect(await ids()).toEqual([]);
  });
});

describe('NotifyEvent:', () => {
  const data = (eventId: number, more: object = {}) => ({
    eventId,
    timestamp: isoTime(TEN + eventId),
    trigger: 'Alerting',
    actualValue: '12000',
    eventNotificationType: 'CustomMonitor',
    variableMonitoringId: 1,
    component,
    variable,
    ...more,
  });
  const notify = (...eventData: object[]) =>
    station.wire.call('NotifyEvent', { generatedAt: isoTime(TEN), seqNo: 0, eventData });
  const events = () => specimen.charging.monitoring.events({ charger: station.id, limit: 9 });

  test('each event is kept once, and told while it is severe', async () => {
    await watch(1);
    await notify(data(1, { techInfo: 'hot' }), data(2, { trigger: 'Periodic' }));
    await notify(data(1, { techInfo: 'hot' }), data(3, { cleared: true }));
    expect(await events()).toHaveLength(3);
    expect(await events()).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ eventId: 1, severity: 2, trigger: 'alerting', cleared: false, techInfo: 'hot' }),
        expect.objectContaining({ eventId: 2, severity: 2, trigger: 'periodic', cleared: false }),
        expect.objectContaining({ eventId: 3, severity: 2, trigger: 'alerting', cleared: true }),
      ]),
    );
    expect(facts).toMatchObject([
      { charger: station.id, site: 'barolo', severity: 2, text: 'EVSE 1 Power 12000 hot', active: true, at: TEN + 1 },
      { charger: station.id, active: false, at: TEN + 3 },
    ]);
  });

  test('what a clock of 1970 says is kept once too, at the time of receipt', async () => {
    const old = data(1, { timestamp: '1970-01-01T00:00:07Z', variableMonitoringId: undefined });
    await notify(old);
    await notify(old);
    expect(await events()).toMatchObject([{ at: specimen.clock.now(), severity: null, monitor: null }]);
  });
});
