import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Fleet } from '#simulators/index.ts';
import { CARD, smallEstate, startField } from '../platform/field.ts';
import { eventually } from '../platform/http.ts';
import { startTestPlatform, type TestPlatform } from '../platform/in-process.ts';
import type { ChargerView } from '../platform/views.ts';

let polisgrid: TestPlatform;
let fleet: Fleet;

beforeAll(async () => {
  polisgrid = await startTestPlatform();
  fleet = await startField(polisgrid.platform, smallEstate({ protocols: ['ocpp1.6', 'ocpp2.0.1'] }));
});
afterAll(async () => {
  await fleet.stop();
  await polisgrid[Symbol.asyncDispose]();
});

interface VariableView {
  name: string | null;
  value: string | null;
}

const command = (charger: string, body: object) => polisgrid.admin.post(`/v1/chargers/${charger}/commands`, body);
const variables = (charger: string, query: string) =>
  polisgrid.admin.items<VariableView>(`/v1/chargers/${charger}/variables?${query}`);

describe.each(['CP-1', 'CP-2'])('An operator of %s', (id) => {
  it('changes how often it meters, in words that are the same for both versions', async () => {
    const interval = { name: 'meter-interval', value: 7 };
    expect(await command(id, { command: 'set-variable', ...interval })).toMatchObject({
      body: { outcome: 'accepted' },
    });
    expect(await command(id, { command: 'get-variables', variables: [{ name: 'meter-interval' }] })).toMatchObject({
      body: { outcome: 'accepted' },
    });
    expect(await variables(id, 'name=meter-interval')).toMatchObject([{ name: 'meter-interval', value: '7' }]);
  });

  it('reads all it is set to', async () => {
    expect(await command(id, { command: 'request-report' })).toMatchObject({ body: { outcome: 'accepted' } });
    const names = async () => (await variables(id, 'limit=1000')).map(({ name }) => name);
    await eventually(names, (found) => ['heartbeat-interval', 'max-profiles'].every((name) => found.includes(name)));
  });

  it('takes it out of service by not accepting it, and back', async () => {
    const boot = (standing: string) => polisgrid.admin.put(`/v1/chargers/${id}`, { boot: standing });
    const status = () => polisgrid.admin.read<ChargerView>(`/v1/chargers/${id}`);
    await boot('pending');
    await eventually(status, (charger) => !charger.online);
    await eventually(status, (charger) => charger.online, 60_000);
    expect(await command(id, { command: 'start', token: CARD, evse: 1 })).toMatchObject({ status: 409 });
    expect(await command(id, { command: 'get-variables', variables: [{ name: 'max-stack-level' }] })).toMatchObject({
      body: { outcome: 'accepted' },
    });
    await boot('accepted');
    await eventually(
      () => command(id, { command: 'start', token: CARD, evse: 1 }),
      ({ status: code }) => code === 200,
    );
  });
});

it('A report of a 2.0.1 station is followed until its last part came', async () => {
  const reports = await eventually(
    () => polisgrid.admin.items<{ state: string; parts: number; partsInAll: number }>('/v1/chargers/CP-2/reports'),
    ([newest]) => newest?.state === 'complete',
  );
  expect(reports[0]?.parts).toBeGreaterThan(3);
});
