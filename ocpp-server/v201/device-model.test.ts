import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { chargerCommand, placeOf, type PlaceWords } from '#charging/index.ts';
import { MINUTE } from '#estate/units.ts';
import { openServer, type Specimen } from '../specimens/server.ts';
import type { Wire } from '../specimens/wire.ts';

let specimen: Specimen;
let wire: Wire;
let id: string;
let count = 0;
beforeAll(async () => {
  specimen = await openServer();
});
afterAll(() => specimen[Symbol.asyncDispose]());
beforeEach(async () => {
  id = `S${++count}`;
  wire = await specimen.connect(id, 'ocpp2.0.1');
});

const command = (said: object) => specimen.server.command(id, chargerCommand.parse(said));
/** Takes the next call, answers it, and returns what was asked. */
async function answer<Asked = unknown>(response: object | ((asked: Asked) => object)) {
  const [, messageId, action, payload] = (await wire.next()) as [2, string, string, Asked];
  wire.send(JSON.stringify([3, messageId, typeof response === 'function' ? response(payload) : response]));
  return { action, payload };
}
const tell = (values: Record<string, string>) =>
  specimen.charging.variables.told({
    charger: id,
    variables: Object.entries(values).map(([place, value]) => {
      const [variable = '', variableInstance = ''] = place.split('.');
      return { ...placeOf({ component: 'DeviceDataCtrlr', variable, variableInstance }), value };
    }),
    at: specimen.clock.now(),
  });
const valueAt = async (place: PlaceWords) => (await specimen.charging.variables.at(id, [placeOf(place)]))[0]?.value;
const spell = (component: string, variable: string) => ({
  component: { name: component },
  variable: { name: variable },
});
const INTERVAL = spell('SampledDataCtrlr', 'TxUpdatedInterval');

describe('GetVariables:', () => {
  test('the message names the places, and what the station answers is kept', async () => {
    const power = { component: 'EVSE', evse: 1, connector: 2, variable: 'Power', attribute: 'MaxSet' } as const;
    const variables = [{ name: 'meter-interval' }, { key: 'HeartbeatInterval' }, power];
    const result = command({ command: 'get-variables', variables });
    const spelled = {
      component: { name: 'EVSE', evse: { id: 1, connectorId: 2 } },
      variable: { name: 'Power' },
      attributeType: 'MaxSet',
    };
    const heartbeat = spell('OCPPCommCtrlr', 'HeartbeatInterval');
    const getVariableResult = [
      { ...INTERVAL, attributeStatus: 'Accepted', attributeValue: '60' },
      { ...heartbeat, attributeStatus: 'Accepted', attributeValue: 300 },
      { ...spelled, attributeStatus: 'Accepted', attributeValue: '11000' },
    ];
    expect(await answer({ getVariableResult })).toEqual({
      action: 'GetVariables',
      payload: { getVariableData: [INTERVAL, heartbeat, spelled] },
    });
    expect(await result).toEqual({ outcome: 'accepted', response: { getVariableResult } });
    expect(await valueAt(power)).toBe('11000');
    expect(await valueAt({ ...power, attribute: 'Actual' })).toBeUndefined();
    expect(await specimen.charging.variables.named(id, 'heartbeat-interval')).toMatchObject({ value: '300' });
  });

  test('variables are dealt out by ItemsPerMessage, and the answers come back as one', async () => {
    await tell({ 'ItemsPerMessage.GetVariables': '2' });
    const result = command({
      command: 'get-variables',
      variables: ['A', 'B', 'C'].map((variable) => ({ component: 'X', variable })),
    });
    type Asked = { getVariableData: object[] };
    const rejecting = ({ getVariableData }: Asked) => ({
      getVariableResult: getVariableData.map((one) => ({ ...one, attributeStatus: 'UnknownComponent' })),
    });
    const first = await answer(rejecting);
    const second = await answer(rejecting);
    expect([first, second].map(({ payload }) => payload.getVariableData.length)).toEqual([2, 1]);
    expect(await result).toMatchObject({
      outcome: 'rejected',
      response: { getVariableResult: [{}, {}, { ...spell('X', 'C'), attributeStatus: 'UnknownComponent' }] },
    });
  });

  test('nothing asked for is everything, which only a report can say', async () => {
    await expect(command({ command: 'get-variables' })).rejects.toMatchObject({ code: 'invalid' });
    const strange = { command: 'get-variables', variables: [{ key: 'NumberOfConnectors' }] };
    await expect(command(strange)).rejects.toMatchObject({ code: 'invalid' });
  });
});

describe('SetVariables:', () => {
  test('what the station accepts is kept, though its answer names no values', async () => {
    const variables = [
      { name: 'meter-interval', value: 60 },
      { component: 'X', variable: 'Y', value: 'z' },
    ];
    const result = command({ command: 'set-variables', variables });
    const setVariableResult = [
      { ...spell('X', 'Y'), attributeStatus: 'UnknownComponent' },
      { ...INTERVAL, attributeStatus: 'RebootRequired' },
    ];
    expect(await answer({ setVariableResult })).toEqual({
      action: 'SetVariables',
      payload: {
        setVariableData: [
          { ...INTERVAL, attributeValue: '60' },
          { ...spell('X', 'Y'), attributeValue: 'z' },
        ],
      },
    });
    expect(await result).toMatchObject({ outcome: 'rejected' });
    expect(await valueAt({ component: 'SampledDataCtrlr', variable: 'TxUpdatedInterval' })).toBe('60');
    expect(await valueAt({ component: 'X', variable: 'Y' })).toBeUndefined();
  });

  test('they are dealt out by ItemsPerMessage and by BytesPerMessage, whichever is less', async () => {
    await tell({ 'ItemsPerMessage.SetVariables': '3', 'BytesPerMessage.SetVariables': '1000' });
    const setting = (size: number) => ({ component: 'X', variable: 'Y', value: 'v'.repeat(size) });
    const result = command({ command: 'set-variables', variables: [1, 1, 1, 1, 500, 500, 900].map(setting) });
    type Asked = { setVariableData: (typeof INTERVAL)[] };
    const sizes: number[] = [];
    for (let n = 0; n < 4; n++) {
      const { payload } = await answer<Asked>(({ setVariableData }) => ({
        setVariableResult: setVariableData.map(({ component, variable }) => ({
          component,
          variable,
          attributeStatus: 'Accepted',
        })),
      }));
      sizes.push(payload.setVariableData.length);
    }
    expect(sizes).toEqual([3, 2, 1, 1]);
    expect(await result).toMatchObject({ outcome: 'accepted' });
  });

  test('a secret in a raw call goes out, and is kept and shown nowhere', async () => {
    const secret = { ...spell('SecurityCtrlr', 'BasicAuthPassword'), attributeValue: 'hush-hush-hush-hush' };
    const result = specimen.server.call(id, 'SetVariables', { setVariableData: [secret] });
    const setVariableResult = [{ ...spell('SecurityCtrlr', 'BasicAuthPassword'), attributeStatus: 'Accepted' }];
    expect((await answer({ setVariableResult })).payload).toEqual({ setVariableData: [secret] });
    await result;
    expect(await valueAt({ component: 'SecurityCtrlr', variable: 'BasicAuthPassword' })).toBeNull();
    expect(JSON.stringify(await specimen.trace(id))).not.toContain('hush');
  });
});

describe('a report', () => {
  type Asked = { requestId: number };
  const newest = async () => (await specimen.charging.variables.reports({ charger: id, limit: 1 }))[0];
  const notify = (requestId: number, seqNo: number, more: { tbc?: boolean; reportData?: unknown } = {}) =>
    wire.call('NotifyReport', { requestId, seqNo, generatedAt: '2026-05-18T10:00:00Z', ...more });
  const accepted = { status: 'Accepted' };

  test('GetBaseReport: it is followed from the request to the last part', async () => {
    const result = command({ command: 'request-report', scope: 'configuration' });
    const { action, payload } = await answer<Asked>(accepted);
    expect([action, payload]).toEqual([
      'GetBaseReport',
      { requestId: expect.any(Number) as number, reportBase: 'ConfigurationInventory' },
    ]);
    expect(await result).toEqual({ outcome: 'accepted', response: accepted });
    expect(await newest()).toMatchObject({ scope: 'configuration', state: 'asked', request: payload.requestId });
    await notify(payload.requestId, 1);
    expect(await newest()).toMatchObject({ state: 'receiving', parts: 1, partsInAll: 2 });
    await notify(payload.requestId, 0, { tbc: true });
    expect(await newest()).toMatchObject({ state: 'complete', parts: 2, partsInAll: 2 });
  });

  test('GetBaseReport: a station that does not know the kind refuses it', async () => {
    const result = command({ command: 'request-report', scope: 'summary' });
    await answer({ status: 'NotSupported' });
    expect(await result).toMatchObject({ outcome: 'rejected' });
    expect(await newest()).toMatchObject({ scope: 'summary', state: 'refused', reason: 'NotSupported' });
  });

  test('GetReport: a custom one names criteria and components; one that finds nothing is complete', async () => {
    const variables = [
      { component: 'EVSE', evse: 1 },
      { component: 'TxCtrlr', variable: 'EVConnectionTimeOut' },
    ];
    const result = command({ command: 'request-report', scope: 'custom', criteria: ['problem'], variables });
    const { action, payload } = await answer<Asked>({ status: 'EmptyResultSet' });
    expect([action, payload]).toEqual([
      'GetReport',
      {
        requestId: expect.any(Number) as number,
        componentCriteria: ['Problem'],
        componentVariable: [{ component: { name: 'EVSE', evse: { id: 1 } } }, spell('TxCtrlr', 'EVConnectionTimeOut')],
      },
    ]);
    await result;
    expect(await newest()).toMatchObject({ scope: 'custom', state: 'complete', parts: 0 });
  });

  test('GetReport: what never left is refused; what may have been heard is waited for', async () => {
    wire.socket.terminate();
    await wire.closed;
    await specimen.clock.advance(1);
    wire = await specimen.connect(id, 'ocpp2.0.1');
    const lost = specimen.server.call(id, 'GetReport', { requestId: 7 });
    await wire.next();
    wire.socket.terminate();
    expect(await lost).toMatchObject({ outcome: 'unknown' });
    expect(await newest()).toMatchObject({ request: 7, state: 'asked' });
    await specimen.clock.advance(6 * MINUTE);
    expect(await newest()).toMatchObject({ request: 7, state: 'incomplete' });
  });

  test('NotifyReport: each attribute is kept with what is said of the variable, however oddly it is written', async () => {
    const reportData = [
      {
        component: { name: 'EVSE', evse: { id: '1' } },
        variable: { name: 'Power' },
        variableAttribute: [
          { value: 7_400, mutability: 'ReadOnly' },
          { type: 'MaxSet', value: '11000' },
        ],
        variableCharacteristics: { unit: 'W', dataType: 'decimal', maxLimit: '22000', supportsMonitoring: true },
      },
      { component: { name: 'EVSE' }, variable: {}, variableAttribute: [{ value: 'nobody knows of what' }] },
    ];
    expect(await notify(1, 0, { reportData })).toEqual([3, 'c1', {}]);
    const kept = await specimen.charging.variables.list({ charger: id, limit: 9 });
    expect(kept).toMatchObject([
      {
        evse: 1,
        variable: 'Power',
        attribute: 'Actual',
        value: '7400',
        mutability: 'ReadOnly',
        unit: 'W',
        max: 22_000,
      },
      { evse: 1, variable: 'Power', attribute: 'MaxSet', value: '11000', mutability: 'ReadWrite', dataType: 'decimal' },
    ]);
    expect(await notify(1, 1, { reportData: { ...reportData[0], component: { name: 'ONE' } } })).toEqual([3, 'c2', {}]);
    expect(await valueAt({ component: 'One', variable: 'power' })).toBe('7400');
  });
});
