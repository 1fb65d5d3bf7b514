import { describe, expect, it } from 'vitest';
import { handClock } from '#estate/clock.ts';
import { MINUTE, SECOND } from '#estate/units.ts';
import { describeEstate } from '#simulators/index.ts';
import { crank, crankUntil } from '../platform/crank.ts';
import { startField } from '../platform/field.ts';
import { startTestPlatform } from '../platform/in-process.ts';

interface DeviceView {
  id: string;
  type: string;
  online: boolean;
  values?: Record<string, number>;
}

describe('The devices of a simulated estate', () => {
  it('are all understood: each is online, nothing is quarantined, set points and conditions arrive', async () => {
    const clock = handClock(Date.UTC(2026, 4, 12, 9));
    await using polisgrid = await startTestPlatform({ clock });
    const { admin } = polisgrid;
    const estate = describeEstate({ seed: 'devices', sites: 40, chargers: 40 });
    const devices = estate.sites.flatMap((site) => site.devices);
    await using fleet = await startField(polisgrid.platform, estate, {
      clock,
      gateways: true,
      meterIntervalS: 60,
      readingPeriodMs: 30_000,
    });
    const leak = devices.find(({ type }) => type === 'leak-detector');
    const battery = devices.find(({ type }) => type === 'battery');
    const gateway = fleet.gatewayOf(leak?.id ?? '');
    await crank(clock, 2 * MINUTE);
    gateway.condition(leak?.id ?? '', 'leak', true);
    let isAnswered = false;
    const order = admin.post(`/v1/devices/${battery?.id}/commands`, { set: { WSet: -5000, WSetEna: 1 }, revertS: 600 });
    void order.then(() => (isAnswered = true));
    // The order crosses real sockets: its time must not run out while a busy machine carries it.
    while (!isAnswered) await crank(clock, SECOND, 200);
    await crank(clock, 2 * MINUTE);
    expect(await order).toMatchObject({ status: 200, body: { outcome: 'accepted' } });

    expect(await admin.items('/v1/quarantine')).toEqual([]);
    expect(await admin.items('/v1/dead-letters')).toEqual([]);
    const known = await crankUntil(clock, {
      ask: () => admin.items<DeviceView>('/v1/devices?limit=1000'),
      holds: (all) => all.filter(({ online }) => online).length >= devices.length,
    });
    const typeOf = new Map(known.map(({ id, type }) => [id, type]));
    expect(devices.filter(({ id, type }) => typeOf.get(id) !== type)).toEqual([]);
    expect(await admin.read(`/v1/devices/${leak?.id}`)).toMatchObject({ values: { Leak: 1 } });
    expect(await admin.read(`/v1/devices/${battery?.id}`)).toMatchObject({ values: { WSet: -5000, WSetEna: 1 } });
    const [told] = fleet.siteTruths().flatMap((site) => site.devices.filter(({ device }) => device === leak?.id));
    expect(told?.events).toMatchObject([{ code: 'leak' }]);
  });
});
