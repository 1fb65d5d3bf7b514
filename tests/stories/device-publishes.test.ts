import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from 'vitest';
import { eventually } from '../platform/http.ts';
import { startTestPlatform } from '../platform/in-process.ts';
import { pathOf } from '../servers/programs.ts';

const SECRET = 'M'.repeat(40);

interface Publication {
  port: string;
  user: string;
  password: string;
  topic: string;
  payload: unknown;
}

/** Publishes with QoS 1 by Debian's own client, which ends only when it has the acknowledgement. */
async function mosquittoPub({ port, user, password, topic, payload }: Publication) {
  const words = ['-h', '127.0.0.1', '-p', port, '-u', user, '-P', password, '-i', user, '-q', '1', '-t', topic];
  const child = spawn(pathOf('mosquitto_pub'), [...words, '-m', JSON.stringify(payload)]);
  let complaint = '';
  child.stderr.on('data', (data: Buffer) => (complaint += data.toString()));
  const [status] = (await once(child, 'exit')) as [number];
  return { status, complaint };
}

describe('A device', () => {
  it('publishes with its own credentials, and what was acknowledged is in the series store', async () => {
    await using polisgrid = await startTestPlatform();
    const { admin, platform } = polisgrid;
    await admin.put('/v1/sites/barolo', { name: 'Barolo' });
    expect(
      (await admin.put('/v1/devices/roof-1', { site: 'barolo', type: 'pv-inverter', secret: SECRET })).status,
    ).toBe(201);

    const publish = (user: string, password: string, payload: unknown) =>
      mosquittoPub({
        port: new URL(platform.mqttUrl).port,
        user,
        password,
        topic: 'estate/v1/barolo/data/roof-1/roof-1',
        payload,
      });
    const begun = Math.floor(Date.now() / 1_000) * 1_000 - 60_000;
    for (let minute = 0; minute < 3; minute++) {
      const payload = { ts: begun + minute * 10_000, seq: minute, v: { W: 4_000 + minute, TmpCab: 41.5 } };
      expect(await publish('roof-1', SECRET, payload)).toEqual({ status: 0, complaint: '' });
    }
    expect((await publish('roof-1', 'wrong', {})).status).not.toBe(0);

    const query = `/v1/series?device=roof-1&metric=W&from=${begun}&to=${begun + 60_000}`;
    const { points } = await eventually(
      () => admin.read<{ points: [number, number][] }>(query),
      (series) => series.points.length === 3,
    );
    expect(points).toEqual([0, 1, 2].map((minute) => [begun + minute * 10_000, 4_000 + minute]));
    const stepped = await admin.read<{ points: [number, number][] }>(`${query}&step=60&aggregate=max`);
    expect(Math.max(...stepped.points.map(([, value]) => value))).toBe(4_002);
    expect(await admin.items<{ id: string; values: unknown }>('/v1/devices?site=barolo')).toMatchObject([
      { id: 'roof-1', type: 'pv-inverter', values: { W: 4_002, TmpCab: 41.5 } },
    ]);
  });
});
