import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '#estate/clock.ts';
import { createTestBed, estateOfOne, type TestBed, until } from '../../specimens.ts';
import { type Lanes, lanesFor } from './lanes.ts';

let bed: TestBed;
let lanes: Lanes | null;
beforeEach(async () => {
  bed = await createTestBed();
  lanes = null;
});
afterEach(async () => {
  await bed[Symbol.asyncDispose]();
  await lanes?.[Symbol.asyncDispose]();
});

const ground = { clock: systemClock, seed: 'seed' };
const peer = (id: string, url = 'ws://127.0.0.1:9000/ocpp') => ({ id, url });

describe('the lanes of a run', () => {
  it('are shared by whom the same faults befall; who is spared has none', async () => {
    const peers = [peer('a'), peer('b'), peer('c'), peer('d'), peer('gw', 'mqtt://127.0.0.1:1883')];
    const befallen = [new Set(['a', 'b', 'gw']), new Set(['b', 'c'])];
    lanes = await lanesFor(ground, { peers, befallen });
    const urls = Object.fromEntries(peers.map((each) => [each.id, lanes?.urlOf(each)]));
    expect(urls['d']).toBe('ws://127.0.0.1:9000/ocpp');
    expect(urls['a']).toMatch(/^ws:\/\/127\.0\.0\.1:\d+\/ocpp$/);
    expect(urls['gw']).toMatch(/^mqtt:\/\/127\.0\.0\.1:\d+$/);
    expect(new Set(Object.values(urls)).size).toBe(5);
    expect([lanes.of(0).length, lanes.of(1).length]).toEqual([3, 2]);
    expect(lanes.urlOf(peer('a'))).toBe(urls['a']);
  });

  it('carry a charger, and cut it when they are down', async () => {
    const estate = estateOfOne('ocpp1.6');
    const id = estate.chargers[0]?.id ?? '';
    lanes = await lanesFor(ground, { peers: [peer(id, bed.central.url)], befallen: [new Set([id])] });
    const open = lanes;
    const fleet = await bed.fleet({ estate, ocppUrl: (charger) => open.urlOf(peer(charger, bed.central.url)) });
    expect(fleet.charger(id).isOnline()).toBe(true);
    const end = lanes.of(0)[0]?.impose({ down: true });
    await until(() => !fleet.charger(id).isOnline(), 'it is gone');
    end?.();
    await until(() => fleet.charger(id).isOnline(), 'it is back');
    expect(bed.central.handshakes.length).toBe(2);
  });
});
