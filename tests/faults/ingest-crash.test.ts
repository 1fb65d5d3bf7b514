import { setTimeout as wait } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '#estate/random.ts';
import type { Millis } from '#estate/units.ts';
import { caughtUp } from '../platform/caught-up.ts';
import { startProcess, type PolisgridProcess } from '../platform/process.ts';
import { temporaryFolder } from '../platform/temporary-folder.ts';
import { freePort } from '../servers/server.ts';
import { openWire, type Wire } from './devices/wire.ts';
import { countOf, startLoad, type Told } from './influx/load.ts';

/** How often the platform is killed: 10 times here, 100 times by `npm run test:crash`. */
const KILLS = Number(process.env['POLISGRID_TEST_KILLS'] ?? 10);
const SITE = 'barolo';
const SECRET = 'the-secret-of-every-device-of-this-test';
const METERS = Array.from({ length: 8 }, (_, n) => `meter-${n}`);
const PER_SECOND = 1_000;

async function connect(polisgrid: PolisgridProcess): Promise<Map<string, Wire>> {
  const port = Number(new URL(polisgrid.mqttUrl).port);
  const wires = new Map(METERS.map((user) => [user, openWire({ port, user, password: SECRET })]));
  const codes = await Promise.all([...wires.values()].map(({ connack }) => connack));
  expect(new Set(codes)).toEqual(new Set([0]));
  return wires;
}

/** What the API has of the meters from an instant on, point by point. */
async function stored(polisgrid: PolisgridProcess, from: Millis): Promise<Map<string, [Millis, number][]>> {
  const all = new Map<string, [Millis, number][]>();
  for (const meter of METERS) {
    const query = `device=${meter}&metric=W&from=${from}&to=${Date.now() + 60_000}`;
    const { points } = await polisgrid.admin.read<{ points: [Millis, number][] }>(`/v1/series?${query}`);
    all.set(meter, points);
  }
  return all;
}

/** What was acknowledged and is not stored once, as it was told. */
function faultsOf(told: Told, found: Map<string, [Millis, number][]>): string[] {
  return [...told].flatMap(([meter, values]) => {
    const points = found.get(meter) ?? [];
    const kept = new Map(points);
    const twice = points.length === kept.size ? [] : [`${meter}: ${points.length - kept.size} twice`];
    const lost = [...values].filter(([ts, watts]) => kept.get(ts) !== watts);
    return [...twice, ...lost.map(([ts, watts]) => `${meter}: ${watts} W at ${ts} is ${kept.get(ts)}`)];
  });
}

describe('SIGKILL during ingest', () => {
  it(`stores each acknowledged point once, ${KILLS} times`, { timeout: 60_000 + KILLS * 30_000 }, async () => {
    await using folder = await temporaryFolder();
    const ports = { http: String(await freePort()), ocpp: String(await freePort()), mqtt: String(await freePort()) };
    const start = () => startProcess({ data: folder.path, ports, flags: ['--demo', 'off'] });
    const random = seededRandom('kill');
    let polisgrid = await start();
    await using _ = { [Symbol.asyncDispose]: () => polisgrid[Symbol.asyncDispose]() };
    await polisgrid.admin.put(`/v1/sites/${SITE}`, { name: 'Barolo' });
    for (const id of METERS) {
      await polisgrid.admin.put(`/v1/devices/${id}`, { site: SITE, type: 'grid-meter', secret: SECRET });
    }
    let acknowledged = 0;
    let interrupted = 0;
    for (let kill = 0; kill < KILLS; kill++) {
      const from = Date.now();
      const load = startLoad(await connect(polisgrid), { site: SITE, perSecond: PER_SECOND });
      await wait(random.int(200, 900));
      await polisgrid.kill();
      await load.stop();
      polisgrid = await start();
      await caughtUp(polisgrid.admin);
      expect(faultsOf(load.told, await stored(polisgrid, from))).toEqual([]);
      acknowledged += countOf(load.told);
      interrupted += load.refused();
    }
    process.stdout.write(
      `\nok  │ SIGKILL │ ${KILLS} times during ingest │ ${acknowledged} acknowledged, each stored once; ${interrupted} cut off before\n`,
    );
    // They were killed at work.
    expect(acknowledged).toBeGreaterThan(KILLS * 100);
    expect(interrupted).toBeGreaterThan(0);
    await polisgrid.stop();
  });
});
