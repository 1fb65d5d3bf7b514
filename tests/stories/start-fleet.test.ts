import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startFleet } from '#simulators/index.ts';
import { eventually } from '../platform/http.ts';
import { ADMIN_KEY, startTestPlatform, type TestPlatform } from '../platform/in-process.ts';
import type { ChargerView, SessionView } from '../platform/views.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));

let polisgrid: TestPlatform;
beforeAll(async () => void (polisgrid = await startTestPlatform()));
afterAll(() => polisgrid[Symbol.asyncDispose]());

const online = async () =>
  (await polisgrid.admin.items<ChargerView>('/v1/chargers?limit=1000')).filter((charger) => charger.online);

describe('A fleet in a test', () => {
  it('connects, charges and is gone at the end of its block', async () => {
    const { admin, platform } = polisgrid;
    {
      const target = { api: platform.consoleUrl, key: ADMIN_KEY };
      const busy = { plugged: 0.5, devices: true, readingPeriodMs: 1_000 };
      await using fleet = await startFleet({ ...target, ...busy, chargers: 50, seed: 1 });
      expect(await online()).toHaveLength(50);
      await eventually(
        () => Promise.resolve(fleet.totals()),
        ({ charging, energyWh, points }) => charging > 0 && energyWh > 0 && points > 0,
        60_000,
      );
      const sessions = await admin.items<SessionView>('/v1/sessions?limit=1000');
      expect(sessions.length).toBeGreaterThan(0);
      expect(fleet.chargers.map(({ id }) => id)).toEqual(
        expect.arrayContaining(sessions.map(({ charger }) => charger)),
      );
    }
    await eventually(online, (chargers) => chargers.length === 0);
  });

  it('does in a program of its own what the documentation shows, and leaves nothing that keeps it from ending', async () => {
    const page = await readFile(new URL('../../docs/simulators.md', import.meta.url), 'utf8');
    const [, example = ''] = /```ts\n(.*?startFleet.*?)```/s.exec(page) ?? [];
    const child = spawn(process.execPath, ['--input-type=module-typescript', '--eval', example], {
      cwd: ROOT,
      env: { ...process.env, POLISGRID_DATA: polisgrid.platform.dataFolder, POLISGRID_ADMIN_KEY: undefined },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let text = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (data: Buffer) => (text += data.toString()));
    const [code] = (await once(child, 'close')) as [number | null];
    expect(text).toMatch(/^\{\s+charging: \d+/);
    expect(code).toBe(0);
    await eventually(online, (chargers) => chargers.length === 0);
  });
});
