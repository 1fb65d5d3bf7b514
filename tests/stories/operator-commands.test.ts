import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Fleet } from '#simulators/index.ts';
import { CARD, smallEstate, startField } from '../platform/field.ts';
import { eventually } from '../platform/http.ts';
import { startTestPlatform, type TestPlatform } from '../platform/in-process.ts';
import type { ChargerView, SessionView } from '../platform/views.ts';

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

const command = (charger: string, body: object) => polisgrid.admin.post(`/v1/chargers/${charger}/commands`, body);
const newest = async (charger: string) =>
  (await polisgrid.admin.items<SessionView>(`/v1/sessions?charger=${charger}`))[0];

describe.each(['CP-1', 'CP-2'])('An operator of %s', (id) => {
  it('starts and stops a session and sees the charger’s own answer', async () => {
    fleet.charger(id).plugIn(1);
    expect(await command(id, { command: 'start', token: CARD, evse: 1 })).toMatchObject({
      status: 200,
      body: { outcome: 'accepted', response: { status: 'Accepted' } },
    });
    const active = await eventually(
      () => newest(id),
      (session) => session?.state === 'active',
    );
    expect(await command(id, { command: 'stop', transaction: active?.transaction })).toMatchObject({
      body: { outcome: 'accepted', response: { status: 'Accepted' } },
    });
    const ended = await eventually(
      () => newest(id),
      (session) => session?.state === 'ended',
    );
    expect(ended?.id).toBe(active?.id);
    fleet.charger(id).unplug(1);
  });

  it('unlocks a connector', async () => {
    expect(await command(id, { command: 'unlock', evse: 1, connector: 1 })).toMatchObject({
      status: 200,
      body: { outcome: 'accepted', response: { status: 'Unlocked' } },
    });
  });

  it('is told when the charger refuses', async () => {
    const { status, body } = await command(id, { command: 'stop', transaction: '2147483000' });
    expect({ status, body }).toMatchObject({
      status: 200,
      body: { outcome: 'rejected', response: { status: 'Rejected' } },
    });
  });

  it('resets it, and it comes back', async () => {
    expect(await command(id, { command: 'reset', type: 'hard' })).toMatchObject({
      body: { outcome: 'accepted', response: { status: 'Accepted' } },
    });
    const online = () => polisgrid.admin.read<ChargerView>(`/v1/chargers/${id}`);
    await eventually(online, (charger) => !charger.online);
    expect(await command(id, { command: 'unlock' })).toMatchObject({ status: 409, body: { code: 'offline' } });
    expect(await eventually(online, (charger) => charger.online, 60_000)).toMatchObject({ id, online: true });
  });

  it('gets a clear problem for a command that does not exist', async () => {
    expect(await command(id, { command: 'explode' })).toMatchObject({ status: 400, body: { code: 'invalid' } });
  });
});
