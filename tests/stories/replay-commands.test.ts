import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { isoTime, SECOND } from '#estate/units.ts';
import { startCommand } from '../platform/command.ts';
import { eventually } from '../platform/http.ts';
import { startTestPlatform } from '../platform/in-process.ts';
import { temporaryFolder } from '../platform/temporary-folder.ts';

interface OrderView {
  outcome: string | null;
  steps: { what: string; response?: unknown }[];
}

const BEGAN = Date.now() - 60 * SECOND;
/** A gateway that refused a first set point of its inverter and took the second; its battery was not told anything. */
function recorded({ ackAt = 'barolo' } = {}): string {
  const at = (afterMs: number) => isoTime(BEGAN + afterMs);
  const topic = (kind: string, device = '') => `estate/v1/barolo/${kind}/gw${device && `/${device}`}`;
  const said = (afterMs: number, id: number, to: string, payload: object) => [
    { kind: 'packet', at: at(afterMs), node: 'gw', direction: 'in', id, qos: 1, retain: false, topic: to, payload },
    { kind: 'ack', at: at(afterMs), node: 'gw', direction: 'out', id },
  ];
  const told = (afterMs: number, id: string, set: object) => {
    const payload = { id, ts: BEGAN, exp: BEGAN + 120 * SECOND, set };
    const to = topic('cmd', 'roof');
    return [
      { kind: 'packet', at: at(afterMs), node: 'gw', direction: 'out', qos: 1, retain: false, topic: to, payload },
    ];
  };
  const ackTopic = `estate/v1/${ackAt}/ack/gw/roof`;
  const site = { name: 'Barolo', latitude: null, longitude: null, gridLimitW: null, synthetic: true };
  const device = (id: string, type: string) => ({ kind: 'device', id, site: 'barolo', type, synthetic: true });
  const lines = [
    { 'polisgrid-trace': 2, recordedAt: at(0), from: 'live' },
    { kind: 'site', id: 'barolo', ...site },
    device('gw', 'gateway'),
    device('roof', 'pv-inverter'),
    device('store', 'battery'),
    { kind: 'link', at: at(0), peer: 'gw', over: 'mqtt', connection: 1, event: 'opened' },
    { kind: 'subscription', at: at(0), node: 'gw', id: 1, filters: [{ topic: `${topic('cmd')}/#`, qos: 1 }] },
    { kind: 'ack', at: at(0), node: 'gw', direction: 'out', id: 1, granted: [1] },
    ...said(0, 2, topic('birth', 'roof'), { ts: BEGAN, type: 'pv-inverter' }),
    ...said(0, 3, topic('birth', 'store'), { ts: BEGAN, type: 'battery' }),
    ...said(0, 4, topic('state'), { online: true, ts: BEGAN, bd: 1 }),
    ...told(100, 'first', { WMaxLimPct: 10 }),
    ...said(200, 5, ackTopic, { id: 'first', ts: BEGAN + 200, st: 'rejected', err: { message: 'Too cold.' } }),
    ...told(300, 'second', { WMaxLimPct: 20 }),
    ...said(400, 6, ackTopic, { id: 'second', ts: BEGAN + 400, st: 'done', v: { WMaxLimPct: 20 } }),
    ...said(8_000, 7, topic('state'), { online: true, ts: BEGAN + 8_000, bd: 1 }),
  ];
  return lines.map((line) => JSON.stringify(line)).join('\n');
}

/** Plays a trace as fast as it was recorded, and does something as soon as the gateway is there. */
async function replayed(
  trace: string,
  meanwhile: (give: (device: string, set: object) => Promise<OrderView>) => Promise<void>,
) {
  await using folder = await temporaryFolder();
  const file = join(folder.path, 'trace.jsonl');
  await writeFile(file, trace);
  await using polisgrid = await startTestPlatform();
  const { admin, platform } = polisgrid;
  const replay = startCommand(['replay', file, '--speed', '1', '--diff', '--api', platform.consoleUrl]);
  await eventually(
    () => admin.items<{ id: string; online: boolean }>('/v1/devices'),
    (devices) => devices.some(({ id, online }) => id === 'gw' && online),
  );
  await meanwhile(async (device, set) => {
    const { body } = await admin.post(`/v1/devices/${device}/commands`, { set, expiresS: 5 });
    return body as OrderView;
  });
  return await replay.ended;
}

describe('A gateway that is replayed', () => {
  it('answers commands as it did when it was recorded, the last answer again, and what it never was told as done', async () => {
    const { code, text } = await replayed(recorded(), async (give) => {
      const rejected = await give('roof', { WMaxLimPct: 50 });
      expect(rejected).toMatchObject({ outcome: 'rejected' });
      expect(JSON.stringify(rejected)).toContain('Too cold.');
      expect(await give('roof', { WMaxLimPct: 60 })).toMatchObject({ outcome: 'accepted' });
      expect(await give('roof', { WMaxLimPct: 70 })).toMatchObject({ outcome: 'accepted' });
      expect(await give('store', { WSet: 1_000 })).toMatchObject({ outcome: 'accepted' });
    });
    expect(text).toContain('Every answer is as recorded');
    expect(text).toMatch(/estate\/v1\/barolo\/cmd\/gw\/roof: 2 recorded, 3 came/);
    expect(code).toBe(0);
  });

  it('has its first answer named that this platform does not take', async () => {
    const { code, text } = await replayed(recorded({ ackAt: 'elsewhere' }), async (give) => {
      expect(await give('roof', { WMaxLimPct: 50 })).not.toMatchObject({ outcome: 'rejected' });
    });
    expect(text).toMatch(
      /gw, line 16 \(.*\): answer estate\/v1\/elsewhere\/ack.*\n {4}acknowledged → not acknowledged/,
    );
    expect(code).toBe(1);
  });
});
