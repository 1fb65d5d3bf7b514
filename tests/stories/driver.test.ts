import { describe, expect, it } from 'vitest';
import { smallEstate, startField } from '../platform/field.ts';
import { createCaller, eventually } from '../platform/http.ts';
import { startTestPlatform } from '../platform/in-process.ts';
import type { ChargerView, SessionView } from '../platform/views.ts';

interface StationView {
  id: string;
  distanceM: number | null;
  available: number;
}

/** Reads a stream of server-sent events to its end; hands over each session in it. */
async function follow(url: string, key: string, heard: (session: SessionView) => void): Promise<void> {
  const response = await fetch(url, { headers: { authorization: `Bearer ${key}` } });
  expect(response.headers.get('content-type')).toContain('text/event-stream');
  let text = '';
  for await (const chunk of response.body ?? []) {
    text += Buffer.from(chunk).toString();
    const events = text.split('\n\n');
    text = events.pop() ?? '';
    for (const event of events) {
      const data = /^data: (.*)$/m.exec(event)?.[1];
      if (data) heard(JSON.parse(data) as SessionView);
    }
  }
}

describe.each(['ocpp1.6', 'ocpp2.0.1'] as const)('A driver at a charger that speaks %s', (protocol) => {
  it('finds a free station near a place, starts on its EVSE, follows the session live and stops', async () => {
    await using polisgrid = await startTestPlatform();
    const { admin, anyone, platform } = polisgrid;
    const estate = smallEstate({ protocols: [protocol] });
    const [site] = estate.sites;
    await using fleet = await startField(platform, estate);
    fleet.charger('CP-1').plugIn(1);

    const near = `lat=${(site?.latitude ?? 0) + 0.01}&lon=${site?.longitude}&radius_m=5000`;
    const [station] = await eventually(
      () => anyone.items<StationView>(`/v1/stations?${near}`),
      (found) => found.length === 1,
    );
    expect(station?.id).toBe('CP-1');
    expect(station?.distanceM).toBeGreaterThan(1_000);
    expect(await anyone.items(`/v1/stations?lat=0&lon=0&radius_m=5000`)).toEqual([]);

    // The driver has no account, only the code on the sticker, which operators can look up.
    const { connectors } = await admin.read<ChargerView>('/v1/chargers/CP-1');
    const code = connectors[0]?.code;
    expect((await anyone.post('/v1/sessions', { charger: 'CP-1', evse: 1 })).status).toBe(401);
    expect((await anyone.post('/v1/sessions', { charger: 'CP-1', evse: 1, code: 'WRONGONE' })).status).toBe(403);
    const started = await anyone.post('/v1/sessions', { charger: 'CP-1', evse: 1, code });
    expect(started).toMatchObject({ status: 202, body: { charger: 'CP-1', evse: 1 } });
    const { id, access } = started.body as { id: string; access: string };
    const driver = createCaller(platform.consoleUrl, access);

    const seen: SessionView[] = [];
    const over = follow(`${platform.consoleUrl}/v1/sessions/${id}/events`, access, (session) => seen.push(session));
    await eventually(
      () => Promise.resolve(seen.at(-1)),
      (session) => session?.state === 'active' && session.energyWh > 0,
      30_000,
    );
    expect((await anyone.get(`/v1/sessions/${id}`)).status).toBe(401);
    expect(await driver.post(`/v1/sessions/${id}/stop`)).toMatchObject({ status: 200, body: { outcome: 'accepted' } });
    await over;
    expect(seen.at(-1)).toMatchObject({ id, state: 'ended' });
    const truth = fleet.charger('CP-1').truth().sessions[0];
    expect(Math.abs((seen.at(-1)?.energyWh ?? 0) - (truth?.energyWh ?? 0))).toBeLessThanOrEqual(1);
    expect(seen.map(({ energyWh }) => energyWh)).toEqual(
      seen.map(({ energyWh }) => energyWh).toSorted((a, b) => a - b),
    );
  });
});
