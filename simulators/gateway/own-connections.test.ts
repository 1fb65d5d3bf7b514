import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HOUR, MINUTE } from '#estate/units.ts';
import { fullSite, idOf } from '../site/specimens.ts';
import type { Site } from '../site/site.ts';
import { openSpecimenBroker, siteAt, type SpecimenBroker, until } from './specimen-broker.ts';

const whole = fullSite();
const site = { ...whole, devices: whole.devices.filter(({ type }) => type !== 'gateway') };
const ids = site.devices.map(({ id }) => id);
const [pv, grid, leak, thermostat] = [
  idOf('pv-inverter'),
  idOf('grid-meter'),
  idOf('leak-detector'),
  idOf('thermostat'),
];

let broker: SpecimenBroker;
let live: Site;
let ticking: NodeJS.Timeout;

beforeEach(async () => {
  broker = await openSpecimenBroker();
  live = siteAt(broker.url, site);
});
afterEach(async () => {
  clearInterval(ticking);
  await live.stop();
  await broker[Symbol.asyncDispose]();
});

const start = () => {
  live.start();
  ticking = setInterval(() => live.tick(Date.now()), 20);
};
const on = (topic: string) => broker.heard.filter((each) => each.topic === `estate/v1/${site.id}/${topic}`);
const nodeOf = (device: string) => {
  const found = live.gateways.find(({ id }) => id === device);
  if (!found) throw new Error(`${device} has no connection.`);
  return found;
};
const born = () => until(() => ids.every((id) => on(`birth/${id}/${id}`).length > 0), 'each device is born');
/** What was read before somebody was connected is history; then it is live. */
const heard = async () => {
  await until(() => live.gateways.every((each) => each.isOnline() && each.backlog() === 0), 'all are connected');
  await until(() => [pv, grid].every((id) => on(`data/${id}/${id}`).length > 0), 'plant and meter say what they show');
};

describe('a device with a connection of its own', () => {
  it('signs in by its own name and secret, and announces itself alone', async () => {
    start();
    await born();
    const signedIn = broker.signedIn.toSorted((one, other) => one.id.localeCompare(other.id));
    const sorted = ids.toSorted((one, other) => one.localeCompare(other));
    expect(signedIn).toEqual(sorted.map((id) => ({ id, user: id, password: `secret of ${id}` })));
    expect(broker.heard.filter(({ topic }) => topic.includes('/birth/'))).toHaveLength(ids.length);
    expect(on(`state/${pv}`)[0]).toMatchObject({ qos: 1, retain: true, payload: { online: true } });
  });

  it('tells what it shows itself, and all of a site still close its balance', async () => {
    start();
    await heard();
    const w = (device: string, at: unknown) => {
      const told = on(`data/${device}/${device}`).find(({ payload }) => payload['ts'] === at);
      return (told?.payload['v'] as Record<string, number> | undefined)?.['W'] ?? NaN;
    };
    const meters = [grid, pv, idOf('battery'), idOf('building-meter')];
    const at = await until(
      () =>
        on(`data/${grid}/${grid}`)
          .map(({ payload }) => payload['ts'])
          .find((ts) => meters.every((id) => !Number.isNaN(w(id, ts)))),
      'all meters were read at once and heard',
    );
    const [used, given] = [w(idOf('building-meter'), at) + 9000, w(pv, at) + w(idOf('battery'), at)];
    expect(Math.abs(w(grid, at) - (used - given))).toBeLessThan(1);
    expect(on(`data/${grid}/${grid}`)[0]).toMatchObject({ qos: 1, retain: false, payload: { seq: 1 } });
    expect(on(`data/${grid}`)).toEqual([]);
  });

  it('obeys its own commands, and is born again when it is asked to', async () => {
    start();
    await born();
    // A subscription and its first message may meet on their way.
    const answered = (id: string, command: object) =>
      until(() => {
        void broker.tell(`${site.id}/cmd/${thermostat}/${thermostat}`, { id, ...command });
        return on(`ack/${thermostat}/${thermostat}`).find(({ payload }) => payload['id'] === id)?.payload;
      }, `${id} is answered`);
    expect(await answered('set', { set: { TmpSet: 22 } })).toMatchObject({ st: 'done', v: { TmpSet: 22 } });
    expect(await answered('wrong', { set: { WMaxLimPct: 50 } })).toMatchObject({ st: 'rejected' });
    const shown = () => on(`data/${thermostat}/${thermostat}`).map(({ payload }) => payload['v']);
    await until(() => shown().some((v) => (v as Record<string, number>)['TmpSet'] === 22), 'the set point is shown');
    expect(await answered('again', { set: { rebirth: 1 } })).toMatchObject({ st: 'done' });
    await until(() => on(`birth/${thermostat}/${thermostat}`).length > 1, 'it is born again');
    expect(on(`birth/${pv}/${pv}`)).toHaveLength(1);
  });

  it('keeps what it shows while it is away, alone, and tells it as history when it is back', async () => {
    start();
    await heard();
    const before = on(`hist/${pv}/${pv}`).length;
    nodeOf(pv).cut(HOUR);
    await until(() => on(`state/${pv}`).some(({ payload }) => payload['online'] === false), 'its last will is told');
    await until(() => nodeOf(pv).backlog() >= 5, 'it keeps what it shows');
    const meter = on(`data/${grid}/${grid}`).length;
    await until(() => on(`data/${grid}/${grid}`).length > meter, 'the others go on');
    expect(live.gateways.filter((each) => each.backlog() >= 5).map(({ id }) => id)).toEqual([pv]);
    expect(on(`hist/${pv}/${pv}`)).toHaveLength(before);

    nodeOf(pv).cut(0);
    await until(() => nodeOf(pv).isOnline() && nodeOf(pv).backlog() === 0, 'it is back');
    clearInterval(ticking);
    const truth = await until(() => {
      const found = live.truth().devices.find(({ device }) => device === pv);
      return found && found.readings === found.acknowledged && found;
    }, 'all is acknowledged');
    const kept = on(`hist/${pv}/${pv}`).flatMap(({ payload }) => (payload['s'] as [number][]).map(([at]) => at));
    expect(kept.length).toBeGreaterThanOrEqual(5);
    // What was under way as the wire was cut may have come twice.
    const lately = on(`data/${pv}/${pv}`).map(({ payload }) => payload['ts']);
    expect(new Set([...kept, ...lately]).size).toBe(truth.readings);
  });

  it('tells its own conditions, whoever found them out', async () => {
    start();
    await heard();
    nodeOf(leak).condition(leak, 'leak', true);
    await until(() => on(`event/${leak}/${leak}`).length === 1, 'it is told');
    // Any other node may be the one at which something surfaces.
    nodeOf(pv).condition(leak, 'leak', false);
    await until(() => on(`event/${leak}/${leak}`).length === 2, 'its end is told');
    expect(broker.heard.filter(({ topic }) => topic.includes('/event/'))).toHaveLength(2);
  });

  it('has a past of its own to tell', async () => {
    const past = Date.now() - 30 * MINUTE;
    for (let n = 0; n < 5; n++) live.remember(past + n * 5 * MINUTE);
    expect(nodeOf(pv).backlog()).toBe(5);
    // What changes slowly is kept each quarter of an hour.
    expect(nodeOf(leak).backlog()).toBe(2);
    start();
    await until(() => on(`hist/${pv}/${pv}`).length > 0 && on(`hist/${leak}/${leak}`).length > 0, 'history comes');
    const { site: of, gateway, devices } = live.truth();
    expect({ of, gateway }).toEqual({ of: site.id, gateway: null });
    expect(devices.map(({ device }) => device)).toEqual(ids);
  });
});
