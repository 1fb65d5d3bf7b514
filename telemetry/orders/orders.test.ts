import type { MqttClient } from 'mqtt';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { handClock, type HandClock } from '#estate/clock.ts';
import { SECOND } from '#estate/units.ts';
import { openStores, openTestBed, say, type TestBed } from '../specimens/test-bed.ts';
import type { DeviceOrder, OrderRequest } from './order.ts';
import { noteOrder } from './units.ts';

interface Heard {
  id: string;
  exp: number;
  set: Record<string, number>;
  prio: number;
  revert: number;
}

const START = Date.now();
const where = { site: 'barolo', device: 'inv1' };

let stores: Awaited<ReturnType<typeof openStores>>;
let clock: HandClock;
let bed: TestBed;
let gateway: MqttClient;
let heard: Heard[];
/** What the gateway answers; null: nothing. */
let answer: string | null;

beforeEach(async () => {
  clock = handClock(START);
  stores = await openStores({ clock });
  await begin();
});
afterEach(async () => {
  await bed.close();
  await stores.close();
});

/** Telemetry starts, and the gateway with one inverter comes. */
async function begin() {
  bed = await openTestBed(stores);
  await comeBack();
}

async function comeBack() {
  heard = [];
  answer = 'done';
  gateway = await bed.connect('gw');
  await gateway.subscribeAsync('estate/v1/barolo/cmd/gw/#', { qos: 1 });
  gateway.on('message', (_, payload) => {
    const command: Heard = JSON.parse(payload.toString());
    heard.push(command);
    const st = answer;
    if (st !== null) void say(gateway, 'barolo/ack/gw/inv1', { id: command.id, st }).catch(() => undefined);
  });
  await say(gateway, 'barolo/birth/gw/inv1', { ts: START, type: 'pv-inverter' });
  await say(gateway, 'barolo/state/gw', { online: true, ts: START, bd: 1 });
}

const orders = () => bed.telemetry.orders;
const give = (percent: number, more: Partial<OrderRequest> = {}) =>
  orders().give({ ...where, set: { WMaxLimPct: percent }, by: 'ada', ...more });
const eventually = (check: () => unknown) => vi.waitFor(check, { timeout: 20_000, interval: 10 });
const told = () => heard.map(({ set, prio, revert }) => [set['WMaxLimPct'], prio, revert]);
const stepsOf = async ({ id }: Pick<DeviceOrder, 'id'>) => (await orders().order(id))?.steps.map(({ what }) => what);
/** Time goes by in steps, and what it sets off is done. */
const pass = async (seconds: number) => {
  for (let second = 0; second < seconds; second++) await clock.advance(SECOND);
};

describe('an order', () => {
  it('tells the device its priority, its expiry and when it reverts, and is on record with its outcome', async () => {
    const order = await give(70, { priority: 5, revertS: 60, expiresS: 30 });
    expect(heard).toMatchObject([
      { id: order.id, exp: START + 30 * SECOND, set: { WMaxLimPct: 70 }, prio: 5, revert: 60 },
    ]);
    expect(order).toMatchObject({
      state: 'done',
      outcome: 'accepted',
      by: 'ada',
      priority: 5,
      response: { st: 'done' },
    });
    expect(await orders().list({ ...where, limit: 9 })).toEqual([order]);
    expect(await stepsOf(order)).toEqual(['sent', 'answered']);
  });

  it('is on record before it leaves', async () => {
    answer = null;
    const giving = give(70);
    await eventually(() => expect(heard).toHaveLength(1));
    expect(await orders().list({ ...where, limit: 9 })).toMatchObject([
      { id: heard[0]?.id, state: 'sent', outcome: null },
    ]);
    await pass(10);
    expect(await giving).toMatchObject({ state: 'done', outcome: 'timed-out' });
  });

  it('with time to spare is answered for later', async () => {
    answer = null;
    const giving = give(70, { expiresS: 60 });
    await eventually(() => expect(heard).toHaveLength(1));
    await pass(10);
    expect(await giving).toMatchObject({ state: 'sent', outcome: null });
    await say(gateway, 'barolo/ack/gw/inv1', { id: heard[0]?.id, st: 'rejected' });
    await eventually(async () =>
      expect(await orders().order(heard[0]?.id ?? '')).toMatchObject({ outcome: 'rejected' }),
    );
  });

  it('keeps the outcome that it has: a late answer is only noted, once', async () => {
    answer = null;
    const giving = give(70);
    await eventually(() => expect(heard).toHaveLength(1));
    await pass(10);
    const order = await giving;
    for (let times = 0; times < 3; times++) await say(gateway, 'barolo/ack/gw/inv1', { id: order.id, st: 'done' });
    await eventually(async () => expect(await stepsOf(order)).toEqual(['sent', 'answered', 'late-answer']));
    expect(await orders().order(order.id)).toMatchObject({ outcome: 'timed-out' });
  });

  it('that was under way when the process ended is of unknown outcome, unless it is still answered', async () => {
    await bed.close();
    const order = { ...where, by: 'ada', revertS: 60, at: START, expiresAt: START + 30 * SECOND };
    await stores.records.run(noteOrder, { ...order, id: 'one', set: { WMaxLimPct: 70 }, priority: 8 });
    await stores.records.run(noteOrder, { ...order, id: 'two', set: { WMaxLimPct: 60 }, priority: 3 });
    await begin();
    await say(gateway, 'barolo/ack/gw/inv1', { id: 'one', st: 'done' });
    const outcomes = async () => (await orders().list({ ...where, limit: 9 })).map(({ id, outcome }) => [id, outcome]);
    await eventually(async () =>
      expect(await outcomes()).toEqual([
        ['two', null],
        ['one', 'accepted'],
      ]),
    );
    await pass(30);
    await eventually(async () =>
      expect(await outcomes()).toEqual([
        ['two', 'unknown'],
        ['one', 'accepted'],
      ]),
    );
    expect(heard).toEqual([]);
  });
});

describe('priority', () => {
  it('of a higher order is not overridden by a lower one, which takes its turn when the higher one has reverted', async () => {
    const high = await give(30, { priority: 3, revertS: 20 });
    const low = await give(80, { priority: 10, revertS: 60 });
    expect(low).toMatchObject({ state: 'waiting', outcome: null });
    expect(told()).toEqual([[30, 3, 20]]);
    await pass(19);
    expect(told()).toHaveLength(1);
    await pass(1);
    await eventually(() =>
      expect(told()).toEqual([
        [30, 3, 20],
        [80, 10, 40],
      ]),
    );
    await eventually(async () =>
      expect(await orders().order(low.id)).toMatchObject({ state: 'done', outcome: 'accepted' }),
    );
    expect(await stepsOf(high)).toEqual(['sent', 'answered', 'reverted']);
    expect(await stepsOf(low)).toEqual(['waiting', 'sent', 'answered']);
  });

  it('of a higher order overrides a lower one, which is told again when the higher one is released', async () => {
    const low = await give(80, { priority: 10, revertS: 60 });
    const high = await give(30, { priority: 3, revertS: 60 });
    await pass(10);
    await orders().release({ ...where, id: high.id, by: 'bob' });
    expect(told()).toEqual([
      [80, 10, 60],
      [30, 3, 60],
      [80, 10, 50],
    ]);
    expect(await stepsOf(high)).toEqual(['sent', 'answered', 'released']);
    expect(await stepsOf(low)).toEqual(['sent', 'answered', 'resumed']);
    expect(await orders().order(low.id)).toMatchObject({ outcome: 'accepted' });
  });

  it('that is the same replaces what it finds', async () => {
    const first = await give(80);
    const second = await give(60);
    expect(told()).toEqual([
      [80, 8, 900],
      [60, 8, 900],
    ]);
    expect(await orders().holds(where)).toMatchObject([{ priority: 8, value: 60, order: second.id }]);
    expect(await stepsOf(first)).toEqual(['sent', 'answered', 'replaced']);
    await expect(orders().release({ ...where, id: first.id, by: 'bob' })).rejects.toMatchObject({ code: 'conflict' });
  });

  it('holds nothing for an order that the device did not obey', async () => {
    answer = 'rejected';
    await give(30, { priority: 3 });
    expect(await orders().holds(where)).toEqual([]);
    answer = 'done';
    expect(await give(80, { priority: 10 })).toMatchObject({ state: 'done', outcome: 'accepted' });
  });

  it('lets an order that waited all its time expire, without ever telling the device', async () => {
    await give(30, { priority: 3, revertS: 60 });
    const low = await give(80, { priority: 10, revertS: 20 });
    await pass(21);
    await eventually(async () =>
      expect(await orders().order(low.id)).toMatchObject({ state: 'done', outcome: 'expired' }),
    );
    expect(told()).toHaveLength(1);
  });

  it('gives an order whose turn came while its node was away when that is back', async () => {
    await give(30, { priority: 3, revertS: 20 });
    const low = await give(80, { priority: 10, revertS: 600 });
    await gateway.endAsync();
    await eventually(() => expect(bed.telemetry.isOnline({ site: 'barolo', node: 'gw' })).toBe(false));
    await pass(21);
    await eventually(async () => expect(await stepsOf(low)).toEqual(['waiting', 'not-resumed']));
    await comeBack();
    await eventually(async () => expect(await orders().order(low.id)).toMatchObject({ outcome: 'accepted' }));
    expect(told()).toEqual([[80, 10, 579]]);
  });

  it('is kept over a restart', async () => {
    await give(30, { priority: 3, revertS: 60 });
    const low = await give(80, { priority: 10, revertS: 600 });
    await bed.close();
    await begin();
    expect(await orders().order(low.id)).toMatchObject({ state: 'waiting' });
    expect((await give(70, { priority: 9 })).state).toBe('waiting');
    await pass(60);
    await eventually(() => expect(told()).toEqual([[70, 9, 840]]));
  });
});

describe('a release', () => {
  it('lets the device return to its own set point when nothing else holds it', async () => {
    const order = await give(70);
    await orders().release({ ...where, id: order.id, by: 'bob' });
    expect(told()).toEqual([
      [70, 8, 900],
      [70, 16, 1],
    ]);
    expect(await stepsOf(order)).toEqual(['sent', 'answered', 'released', 'returned']);
    expect(await orders().holds(where)).toEqual([]);
  });

  it('of an order that waits takes it back', async () => {
    await give(30, { priority: 3 });
    const low = await give(80, { priority: 10 });
    const released = await orders().release({ ...where, id: low.id, by: 'bob' });
    expect(released).toMatchObject({ state: 'done', outcome: 'expired', response: { released: 'bob' } });
    expect(told()).toHaveLength(1);
  });

  it('of what was never ordered of this device is refused', async () => {
    const order = await give(70);
    const other = orders().release({ site: 'barolo', device: 'meter', id: order.id, by: 'bob' });
    await expect(other).rejects.toMatchObject({ code: 'not-found' });
  });
});
