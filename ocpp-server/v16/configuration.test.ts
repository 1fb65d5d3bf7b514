import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chargerCommand, placeOf, placeOfKey } from '#charging/index.ts';
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

async function connect() {
  id = `K${++count}`;
  wire = await specimen.connect(id);
}
const command = (said: object) => specimen.server.command(id, chargerCommand.parse(said));
/** Takes the next call, answers it, and returns what was asked. */
async function answer(response: object): Promise<unknown[]> {
  const [, messageId, ...call] = await wire.next();
  wire.send(JSON.stringify([3, messageId, response]));
  return call;
}
const valuesOf = async (...keys: string[]) =>
  (await specimen.charging.variables.at(id, keys.map(placeOfKey))).map((one) => one && [one.value, one.mutability]);

describe('GetConfiguration:', () => {
  test('what a charge point answers is kept, as it spells it, less its secrets', async () => {
    await connect();
    const result = command({ command: 'get-variables' });
    const configurationKey = [
      { key: 'HeartbeatInterval', value: '300', readonly: false },
      { key: 'NumberOfConnectors', value: 2, readonly: true },
      { key: 'AuthorizationKey', value: 'hush-hush', readonly: false },
      { key: 'VendorNote', value: 'x'.repeat(900), readonly: 'no' },
      { readonly: true },
    ];
    expect(await answer({ configurationKey })).toEqual(['GetConfiguration', {}]);
    expect(await result).toMatchObject({ outcome: 'accepted' });
    expect(JSON.stringify(await result)).not.toContain('hush');
    expect(await valuesOf('HeartbeatInterval', 'NumberOfConnectors', 'AuthorizationKey', 'VendorNote')).toEqual([
      ['300', 'ReadWrite'],
      ['2', 'ReadOnly'],
      [null, 'ReadWrite'],
      ['x'.repeat(900), null],
    ]);
    expect(JSON.stringify(await specimen.trace(id))).not.toContain('hush');
  });

  test('variables are asked for by their name in both versions, by key, and by their place in 2.0.1', async () => {
    await connect();
    const variables = [
      { name: 'meter-interval' },
      { key: 'Colour' },
      { component: 'authctrlr', variable: 'AuthorizeRemoteStart' },
    ];
    const result = command({ command: 'get-variables', variables });
    const key = ['MeterValueSampleInterval', 'Colour', 'AuthorizeRemoteTxRequests'];
    expect(await answer({ unknownKey: key })).toEqual(['GetConfiguration', { key }]);
    expect(await result).toEqual({ outcome: 'accepted', response: { unknownKey: key } });
  });

  test('no more keys are asked for at once than the charge point takes', async () => {
    await connect();
    const known = [{ ...placeOfKey('GetConfigurationMaxKeys'), value: '2' }];
    await specimen.charging.variables.told({ charger: id, variables: known, at: specimen.clock.now() });
    const result = command({ command: 'get-variables', variables: ['A', 'B', 'C'].map((key) => ({ key })) });
    const tell = (keys: string[]) => ({ configurationKey: keys.map((key) => ({ key, value: key, readonly: true })) });
    expect(await answer(tell(['A', 'B']))).toEqual(['GetConfiguration', { key: ['A', 'B'] }]);
    expect(await answer(tell(['C']))).toEqual(['GetConfiguration', { key: ['C'] }]);
    expect(await result).toEqual({ outcome: 'accepted', response: tell(['A', 'B', 'C']) });
    expect(await valuesOf('A', 'C')).toEqual([
      ['A', 'ReadOnly'],
      ['C', 'ReadOnly'],
    ]);
  });

  test('a report of everything is asked for in the same words; another kind 1.6 does not know', async () => {
    await connect();
    const result = command({ command: 'request-report' });
    expect(await answer({})).toEqual(['GetConfiguration', {}]);
    expect(await result).toEqual({ outcome: 'accepted', response: {} });
    await expect(command({ command: 'request-report', scope: 'summary' })).rejects.toMatchObject({ code: 'invalid' });
  });

  test('what 1.6 has no key for never leaves', async () => {
    await connect();
    const strange = { command: 'get-variables', variables: [{ component: 'EVSE', variable: 'Power' }] };
    await expect(command(strange)).rejects.toMatchObject({ code: 'invalid' });
  });
});

describe('ChangeConfiguration:', () => {
  test.each([
    ['Accepted', 'accepted', '60'],
    ['RebootRequired', 'accepted', '60'],
    ['Rejected', 'rejected', undefined],
    ['NotSupported', 'rejected', undefined],
  ])('a value that is %s', async (status, outcome, kept) => {
    await connect();
    const result = command({ command: 'set-variable', name: 'meter-interval', value: 60 });
    expect(await answer({ status })).toEqual(['ChangeConfiguration', { key: 'MeterValueSampleInterval', value: '60' }]);
    expect(await result).toEqual({ outcome, response: { status } });
    expect((await specimen.charging.variables.named(id, 'meter-interval'))?.value).toBe(kept);
  });

  test('several go out one after another, and the first that is refused is the outcome', async () => {
    await connect();
    const variables = [
      { key: 'A', value: '1' },
      { component: 'OCPPCommCtrlr', variable: 'HeartbeatInterval', value: '2' },
    ];
    const result = command({ command: 'set-variables', variables });
    expect(await answer({ status: 'Rejected' })).toEqual(['ChangeConfiguration', { key: 'A', value: '1' }]);
    expect(await answer({ status: 'Accepted' })).toEqual([
      'ChangeConfiguration',
      { key: 'HeartbeatInterval', value: '2' },
    ]);
    expect(await result).toMatchObject({ outcome: 'rejected' });
    expect(await valuesOf('A', 'HeartbeatInterval')).toEqual([null, ['2', null]]);
  });

  test('a raw call is followed like a command; a place of 2.0.1 that is the same variable is found', async () => {
    await connect();
    const result = specimen.server.call(id, 'ChangeConfiguration', { key: 'ConnectionTimeOut', value: '90' });
    await answer({ status: 'Accepted' });
    await result;
    expect(await specimen.charging.variables.named(id, 'connection-timeout')).toMatchObject({
      ...placeOf({ component: 'Configuration', variable: 'ConnectionTimeOut' }),
      value: '90',
    });
  });
});
