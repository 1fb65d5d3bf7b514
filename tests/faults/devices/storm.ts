import { HOUR, SECOND, type Millis } from '#estate/units.ts';
import { ROOT } from './bed.ts';
import { openWire, type Wire } from './wire.ts';

/** A site's gateway with its devices, which has kept what they measured for an hour. */
export interface Plan {
  site: string;
  gateway: string;
  devices: { id: string; type: string }[];
}

export const SECRET = 'the-secret-of-every-gateway-of-this-test';
/** Readings of each device in its backlog: one each 10 s. */
export const KEPT = HOUR / (10 * SECOND);
const CHUNK = 60;
const TYPES = ['grid-meter', 'building-meter', 'pv-inverter'];

export function planOf(n: number): Plan {
  const site = `site-${n}`;
  return { site, gateway: `${site}-gw`, devices: TYPES.map((type) => ({ id: `${site}-${type}`, type })) };
}

/** What a device measured as the nth of its backlog: at which time, and how much. */
export function keptPoint(from: Millis, n: number): [Millis, number] {
  return [from + n * 10 * SECOND, 100 + (n % 50)];
}

/** What came of a gateway's return. */
export interface Returned {
  wire: Wire;
  acknowledged: boolean;
  /** How long its first live message waited for its PUBACK, ms. */
  liveMs: number;
  /** What it said live. */
  live: [Millis, number];
}

/** A gateway is back: it announces its devices, says what they measure now, and tells what it has kept. */
export async function comeBack(port: number, { site, gateway, devices }: Plan, from: Millis): Promise<Returned> {
  const wire = openWire({ port, user: gateway, password: SECRET });
  const topic = (kind: string, device?: string) => [ROOT, site, kind, gateway, ...(device ? [device] : [])].join('/');
  const say = (to: string, payload: object, retain = false) => wire.say(to, JSON.stringify(payload), { retain });
  const ts = Date.now();
  if ((await wire.connack) !== 0) throw new Error(`${gateway} was not let in.`);
  const said = [say(topic('state'), { online: true, ts, bd: 1 }, true)];
  for (const { id, type } of devices) said.push(say(topic('birth', id), { ts, type }, true));
  for (const { id } of devices) {
    for (let start = 0; start < KEPT; start += CHUNK) {
      const s = Array.from({ length: CHUNK }, (_, n) => keptPoint(from, start + n)).map(([at, W]) => [at, { W }]);
      said.push(say(topic('hist', id), { s }));
    }
  }
  const live: [Millis, number] = [Date.now(), 7];
  const d = Object.fromEntries(devices.map(({ id }) => [id, { v: { W: live[1] } }]));
  const startedAt = performance.now();
  said.push(say(topic('data'), { ts: live[0], seq: 0, d }));
  const liveMs = said.at(-1)?.then(() => performance.now() - startedAt);
  return { wire, acknowledged: (await Promise.all(said)).every(Boolean), liveMs: (await liveMs) ?? Infinity, live };
}
