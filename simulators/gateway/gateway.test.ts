import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HOUR, MINUTE } from '#estate/units.ts';
import { describeEstate } from '../estate/describe.ts';
import { fieldDevice } from '../estate/plan.ts';
import type { Site } from '../site/site.ts';
import type { Gateway } from './gateway.ts';
import { openSpecimenBroker, siteAt, type SpecimenBroker, until } from './specimen-broker.ts';

const [described] = describeEstate({ seed: 1, sites: 1 }).sites;
const site = described && {
  ...described,
  devices: [...described.devices, fieldDevice(described.id, 'leak-detector', 1)],
};
const measuring = (site?.devices.length ?? 0) - 1;

let broker: SpecimenBroker;
let live: Site;
let gateway: Gateway;
let heard: SpecimenBroker['heard'];
let ticking: NodeJS.Timeout;

const on = (topic: string) => heard.filter((each) => each.topic === `estate/v1/${site?.id}/${topic}`);

beforeEach(async () => {
  if (!site) throw new Error('The estate has no site.');
  broker = await openSpecimenBroker();
  ({ heard } = broker);
  live = siteAt(broker.url, site);
  const [only] = live.gateways;
  if (!only) throw new Error('The site has no gateway.');
  gateway = only;
});
afterEach(async () => {
  clearInterval(ticking);
  await live.stop();
  await broker[Symbol.asyncDispose]();
});
const start = () => {
  if (!gateway.isOnline()) live.start();
  ticking = setInterval(() => live.tick(Date.now()), 20);
};

describe('a gateway', () => {
  it('signs in as itself, says that it is there, and announces each device', async () => {
    start();
    await until(() => on(`state/${site?.id}-gw`).at(0), 'the state was told');
    expect(broker.signedIn).toEqual([
      { id: `${site?.id}-gw`, user: `${site?.id}-gw`, password: `secret of ${site?.id}-gw` },
    ]);
    expect(on(`state/${site?.id}-gw`)[0]).toMatchObject({ qos: 1, retain: true, payload: { online: true } });
    const births = await until(() => {
      const found = heard.filter((each) => each.topic.includes('/birth/'));
      return found.length === measuring && found;
    }, 'all devices were born');
    expect(births.every((each) => each.retain && each.qos === 1)).toBe(true);
    const types = site?.devices.map(({ type }) => type).filter((type) => type !== 'gateway');
    expect(births.map((each) => each.payload['type'])).toEqual(types);
    const limit = births.find((each) => each.payload['type'] === 'pv-inverter')?.payload['metrics'];
    expect(limit).toMatchObject({ WMaxLimPct: { unit: '%', rw: 'rw', min: 0, max: 100, period: 0.05 } });
    const leak = births.find((each) => each.payload['type'] === 'leak-detector')?.payload['metrics'];
    expect(leak).toMatchObject({ Leak: { unit: '{state}', rw: 'r', period: 300 } });
  });

  it('reads the whole site at once, and its grid meter closes the balance', async () => {
    start();
    const { payload } = await until(() => on(`data/${site?.id}-gw`).at(0), 'data came');
    const d = payload['d'] as Record<string, { v: Record<string, number> }>;
    const w = (device: string) => d[`${site?.id}-${device}`]?.v['W'] ?? NaN;
    expect(Math.abs(w('grid') - (w('building') + 9000 - w('pv')))).toBeLessThan(1);
    const { WL1 = NaN, WL2 = NaN, WL3 = NaN, W = NaN } = d[`${site?.id}-grid`]?.v ?? {};
    expect(Math.abs(W - (WL1 + WL2 + WL3))).toBeLessThan(1);
    expect(Math.abs(WL1 - WL3 - 6000)).toBeLessThan(500);
  });

  it('obeys its set points, and says no to what it has not', async () => {
    start();
    await until(() => broker.listeners.includes(gateway.id), 'it listens');
    const command = async (device: string, id: string, more: object) => {
      await broker.tell(`${site?.id}/cmd/${site?.id}-gw/${site?.id}-${device}`, {
        id,
        ts: Date.now(),
        exp: Date.now() + 10_000,
        ...more,
      });
      return (
        await until(
          () => on(`ack/${site?.id}-gw/${site?.id}-${device}`).find((each) => each.payload['id'] === id),
          'it answered',
        )
      ).payload;
    };
    expect(await command('thermostat', 'a', { set: { TmpSet: 22 } })).toMatchObject({ st: 'done', v: { TmpSet: 22 } });
    expect(await command('pv', 'b', { set: { WMaxLimPct: 40 } })).toMatchObject({ st: 'done' });
    expect(await command('pv', 'c', { set: { WMaxLimPct: 140 } })).toMatchObject({ st: 'rejected' });
    expect(await command('grid', 'd', { set: { W: 0 } })).toMatchObject({ st: 'rejected' });
    expect(await command('thermostat', 'e', { set: { TmpSet: 5 }, exp: Date.now() - 5 * MINUTE })).toMatchObject({
      st: 'expired',
    });
    const shown = await until(() => {
      const d = on(`data/${site?.id}-gw`).at(-1)?.payload['d'] as Record<string, { v: Record<string, number> }>;
      return d[`${site?.id}-thermostat`]?.v['TmpSet'] === 22 && d;
    }, 'the set point is shown');
    expect(shown[`${site?.id}-pv`]?.v['WMaxLimPct']).toBe(40);
  });

  it('announces its devices again when it is asked to', async () => {
    start();
    await until(
      () => heard.filter((each) => each.topic.includes('/birth/')).length === measuring,
      'all devices were born',
    );
    await until(() => broker.listeners.includes(gateway.id), 'it listens');
    await broker.tell(`${site?.id}/cmd/${site?.id}-gw/${site?.id}-gw`, { id: 'r', set: { rebirth: 1 } });
    await until(
      () => heard.filter((each) => each.topic.includes('/birth/')).length === 2 * measuring,
      'they were born again',
    );
    expect(on(`ack/${site?.id}-gw/${site?.id}-gw`)).toHaveLength(1);
  });

  it('tells the past as history, and what it kept while the wire or the host was away', async () => {
    const past = Date.now() - 30 * MINUTE;
    for (let n = 0; n < 5; n++) live.remember(past + n * 5 * MINUTE);
    start();
    const topic = `hist/${site?.id}-gw/${site?.id}-pv`;
    const { payload } = await until(() => on(topic).at(0), 'history came');
    const told = (payload['s'] as [number, Record<string, number>][]).map(([at]) => at);
    // On a busy machine the first reading of the present may come to wait with them.
    expect(told.slice(0, 5)).toEqual([0, 1, 2, 3, 4].map((n) => past + n * 5 * MINUTE));

    await until(() => on(`data/${site?.id}-gw`).length > 0, 'live data came');
    await broker.tell('host/main', { online: false, ts: Date.now() }, true);
    await until(() => gateway.backlog() >= 3, 'it keeps what it reads');
    const before = on(topic).length;
    await broker.tell('host/main', { online: true, ts: Date.now() }, true);
    await until(() => on(topic).length > before, 'it told what it had kept');

    gateway.cut(HOUR);
    await until(() => gateway.backlog() >= 2, 'it keeps what it reads');
    gateway.cut(0);
    await until(() => gateway.isOnline() && gateway.backlog() === 0, 'it is back');
    expect(on(`state/${site?.id}-gw`).some((each) => each.payload['online'] === false)).toBe(true);
  });

  it('tells the conditions of its devices once, in order, also those of the time it was away', async () => {
    const leak = `${site?.id}-leak-1`;
    const told = () => on(`event/${site?.id}-gw/${leak}`).map(({ payload }) => payload);
    const standing = () => live.truth().devices.find(({ device }) => device === leak)?.events;
    const leaks = () =>
      on(`data/${site?.id}-gw`).flatMap(({ payload }) => {
        const d = payload['d'] as Record<string, { v: Record<string, number> }>;
        return d[leak]?.v['Leak'] ?? [];
      });
    // What is read before it is connected would be history.
    live.start();
    await until(() => gateway.isOnline(), 'it is connected');
    start();
    await until(() => leaks().length > 0, 'it was read');
    gateway.condition(leak, 'leak', true);
    const begun = await until(() => told().at(0), 'it was told');
    expect(begun).toMatchObject({ code: 'leak', sev: 800, text: 'There is water on the floor.', active: true });
    await until(() => standing()?.length === 1, 'the truth knows of it');
    await until(() => leaks().at(-1) === 1, 'it is shown at once, though leaks are seldom read');

    gateway.cut(200);
    gateway.condition(leak, 'leak', false);
    expect(standing()).toEqual([]);
    await until(() => told().length === 2, 'its end was told');
    expect(told()[1]).toMatchObject({ id: begun['id'], active: false });
    expect(() => gateway.condition(leak, 'fire', true)).toThrow(`${leak} has no condition fire; it has leak.`);
    expect(() => gateway.condition('nobody', 'leak', true)).toThrow('There is no device nobody');
  });

  it('knows what was read and what of it was acknowledged', async () => {
    const truthOf = (device: string) => live.truth().devices.find((each) => each.device === `${site?.id}-${device}`);
    const past = Date.now() - 30 * MINUTE;
    for (let n = 0; n < 5; n++) live.remember(past + n * 5 * MINUTE);
    expect(truthOf('pv')).toMatchObject({ type: 'pv-inverter', readings: 5, acknowledged: 0, last: null });
    // What changes slowly is kept each quarter of an hour.
    expect(truthOf('leak-1')).toMatchObject({ readings: 2 });
    start();
    await until(() => (truthOf('pv')?.acknowledged ?? 0) >= 7 && gateway.backlog() === 0, 'all was acknowledged');
    clearInterval(ticking);
    const { readings, acknowledged, last } = await until(() => {
      const now = truthOf('pv');
      return now?.readings === now?.acknowledged && now;
    }, 'the last was acknowledged');
    expect(acknowledged).toBe(readings);
    const history = on(`hist/${site?.id}-gw/${site?.id}-pv`).flatMap(
      ({ payload }) => payload['s'] as [number, object][],
    );
    const lately = on(`data/${site?.id}-gw`).map(({ payload }) => [payload['ts'], payload['d']] as const);
    expect(history.length + lately.length).toBe(acknowledged);
    expect(last?.at).toBe(lately.at(-1)?.[0]);
    expect(live.points).toBeGreaterThan(7 * 20);
    expect(live.truth().devices.map(({ device }) => device)).not.toContain(gateway.id);
  });
});
