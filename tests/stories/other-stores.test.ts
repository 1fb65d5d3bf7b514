import { describe, expect, it } from 'vitest';
import { CARD, smallEstate, startField } from '../platform/field.ts';
import { eventually } from '../platform/http.ts';
import { startTestPlatform } from '../platform/in-process.ts';
import type { SessionView } from '../platform/views.ts';
import { startInflux } from '../servers/influx.ts';
import { startPostgres } from '../servers/postgres.ts';

describe('The platform on PostgreSQL and InfluxDB', () => {
  it('charges in both versions and keeps what the devices measure', async () => {
    await using postgres = await startPostgres();
    await using influx = await startInflux();
    await using polisgrid = await startTestPlatform({
      flags: ['--records', postgres.url, '--series', influx.url('estate')],
    });
    const { admin, platform } = polisgrid;
    const estate = smallEstate({ protocols: ['ocpp1.6', 'ocpp2.0.1'] });
    const [site] = estate.sites;
    await using fleet = await startField(platform, estate, { gateways: true });

    for (const charger of fleet.chargers) {
      charger.plugIn(1);
      expect(await charger.authorise(1, CARD)).toBe(true);
      await eventually(
        () => Promise.resolve(charger.truth().sessions[0]),
        (truth) => (truth?.energyWh ?? 0) > 10,
      );
      charger.unplug(1);
    }
    const sessions = await eventually(
      () => admin.items<SessionView>('/v1/sessions'),
      (found) => found.length === 2 && found.every(({ state }) => state === 'ended'),
    );
    for (const { charger, energyWh } of sessions) {
      expect(Math.abs(energyWh - (fleet.charger(charger).truth().sessions[0]?.energyWh ?? 0))).toBeLessThanOrEqual(1);
    }

    const series = (device: string, metric: string) =>
      admin.read<{ points: [number, number][] }>(`/v1/series?device=${device}&metric=${metric}`);
    await eventually(
      () => series(`${site?.id}-grid`, 'W'),
      ({ points }) => points.length >= 3,
    );
    await eventually(
      () => series('CP-1:1', 'TotWhImp'),
      ({ points }) => points.length >= 2,
    );
    const health = await admin.read<{ status: string; stores: object }>('/health');
    expect(health).toMatchObject({
      status: 'ok',
      stores: { records: { engine: 'postgres' }, series: { engine: 'influx' } },
    });
  });
});
