import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MINUTE, SECOND } from '#estate/units.ts';
import { polisEstate } from '#simulators/estate/polis.ts';
import { provisionEstate } from '#simulators/provision.ts';
import { secretsFrom } from '#simulators/secrets.ts';
import { FIELD_KEY } from '../platform/field.ts';
import { ADMIN_KEY } from '../platform/in-process.ts';
import { startProcess, type PolisgridProcess } from '../platform/process.ts';
import { temporaryFolder } from '../platform/temporary-folder.ts';
import { startInflux, type InfluxServer } from '../servers/influx.ts';
import { openLoad, type Played } from './estate-hour/load.ts';
import { STRANGER } from './estate-hour/site-load.ts';
import { heldByDuckdb, heldByInflux, type Held } from './estate-hour/witness.ts';

/**
 * A part of the estate for a few minutes here, read often; all of it for an hour by `npm run test:estate-hour`, read as its
 * types say: meters, plants and buildings each minute, what changes slowly each five.
 */
const SITES = Number(process.env['POLISGRID_TEST_SITES'] ?? 42);
const MINUTES = Number(process.env['POLISGRID_TEST_MINUTES'] ?? 3);
const SPEED = 60;
const PERIOD_MS = Number(process.env['POLISGRID_TEST_PERIOD_S'] ?? 10) * SECOND;
const STEPS = (MINUTES * MINUTE) / PERIOD_MS;
const SEED = 'estate-hour';
const PATIENCE_MS = 600 * SECOND;

let influx: InfluxServer;
beforeAll(async () => {
  influx = await startInflux();
});
afterAll(() => influx[Symbol.asyncDispose]());

const ENGINES: { engine: string; url: () => string; heldIn: (data: string) => Promise<Held> }[] = [
  { engine: 'duckdb', url: () => 'duckdb', heldIn: (data) => heldByDuckdb(join(data, 'series')) },
  { engine: 'influx', url: () => influx.url('hour'), heldIn: () => heldByInflux(influx, 'hour') },
];

/** The counters of telemetry, by their names in `/metrics`. */
async function countersOf({ admin }: PolisgridProcess) {
  const text = String((await admin.get('/metrics')).body);
  return (name: string) => Number(new RegExp(`^polisgrid_${name} (\\S+)$`, 'm').exec(text)?.[1] ?? NaN);
}

async function register(polisgrid: PolisgridProcess): Promise<number> {
  const estate = polisEstate({ seed: SEED, sites: SITES });
  const field = { ...estate, chargers: [], tokens: [] };
  await provisionEstate(field, { api: polisgrid.consoleUrl, key: ADMIN_KEY, secrets: secretsFrom(FIELD_KEY) });
  return estate.sites.flatMap(({ devices }) => devices).length;
}

async function playHour(polisgrid: PolisgridProcess): Promise<Played> {
  const port = Number(new URL(polisgrid.mqttUrl).port);
  const from = Date.now() - STEPS * PERIOD_MS;
  const order = { seed: SEED, sites: SITES, port, from, steps: STEPS, periodMs: PERIOD_MS, speed: SPEED };
  using load = await openLoad(order, SITES > 500 ? 2 : 1);
  return await load.play();
}

async function residentMb({ pid }: PolisgridProcess): Promise<number> {
  return Number(/VmHWM:\s+(\d+)/.exec(await readFile(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024;
}

/** Waits until the series store has all; returns how long that took, s. */
async function caughtUp(polisgrid: PolisgridProcess): Promise<number> {
  const startedAt = performance.now();
  for (;;) {
    const waitedMs = performance.now() - startedAt;
    if ((await countersOf(polisgrid))('journal_lag\\{consumer="series-writer"\\}') === 0) return waitedMs / SECOND;
    if (waitedMs > PATIENCE_MS) throw new Error('The series store has not caught up.');
    await wait(SECOND / 2);
  }
}

/** Adopts the type that nobody knew. */
async function adoptStrangers({ admin }: PolisgridProcess): Promise<unknown> {
  const waiting = await admin.items<{ id: string; birth: { type: string } | null }>('/v1/quarantine');
  const stranger = waiting.find(({ birth }) => birth?.type === STRANGER);
  return (await admin.post(`/v1/quarantine/${stranger?.id}/adopt`, { as: 'generic' })).body;
}

const sum = (held: Held) => Object.values(held).reduce((total, count) => total + count, 0);

describe.each(ENGINES)(`${MINUTES} minutes of ${SITES} sites, kept in $engine`, ({ engine, url, heldIn }) => {
  it(
    'end with in = stored + duplicate + dead + held, and with nothing held after an adoption',
    { timeout: MINUTE + 4 * PATIENCE_MS },
    async () => {
      await using folder = await temporaryFolder();
      await using polisgrid = await startProcess({ data: folder.path, flags: ['--demo', 'off', '--series', url()] });
      const devices = await register(polisgrid);
      const { seconds, tally } = await playHour(polisgrid);
      const behindS = await caughtUp(polisgrid);
      const before = await countersOf(polisgrid);
      const adoption = await adoptStrangers(polisgrid);
      await caughtUp(polisgrid);
      const count = await countersOf(polisgrid);
      const mostMb = await residentMb(polisgrid);
      await polisgrid.stop();

      // Each number from another place: the load, the store itself, and what polisgrid says of both.
      const { acknowledged, repeated, wrong, messages, points } = tally;
      const stored = await heldIn(folder.path);
      const dead = count('telemetry_dead_total');
      const duplicate = count('telemetry_written_total') - sum(stored);
      const held = before('telemetry_held_total');
      const strangers = Object.entries(tally.readings).filter(([device]) => device.endsWith(STRANGER));
      const left = count('telemetry_held_total') - count('telemetry_adopted_total');
      const isWhole = acknowledged.readings === sum(stored) + duplicate + dead + left;
      const seen = [
        `${devices} devices at ${((MINUTES * 60) / seconds).toFixed(1)}×`,
        `${Math.round(messages / seconds)} messages/s with ${Math.round(points / seconds)} points/s`,
        `in ${acknowledged.readings} = stored ${sum(stored)} + duplicate ${duplicate} + dead ${dead}`,
        `${held} held until the adoption of their ${strangers.length} devices`,
        `the store ${behindS.toFixed(1)} s behind at the end`,
        `${Math.round(mostMb)} MB at most`,
      ];
      process.stdout.write(
        `\n${isWhole ? 'ok ' : 'NOT'} │ ${MINUTES} minutes of ${SITES} sites │ ${engine} │ ${seen.join(', ')}\n`,
      );
      expect(acknowledged.messages).toBe(messages);
      expect(held).toBe(sum(Object.fromEntries(strangers)));
      expect(acknowledged.readings).toBe(before('telemetry_written_total') + before('telemetry_dead_total') + held);
      expect({ adoption, left }).toMatchObject({ adoption: { devices: strangers.length, waiting: 0 }, left: 0 });
      expect(stored).toEqual(tally.readings);
      expect({ isWhole, duplicate, dead }).toEqual({ isWhole: true, duplicate: repeated.readings, dead: wrong });
      expect(Math.min(repeated.live, repeated.readings - repeated.live, wrong)).toBeGreaterThan(0);
      expect(count('telemetry_repeated_total')).toBe(repeated.live);
      // What lies in the past, or comes sixty times as fast, asks no gateway for its births.
      const unrest = ['gaps', 'rebirths', 'forbidden', 'cut'].map((what) => count(`telemetry_${what}_total`));
      expect(unrest).toEqual([0, 0, 0, 0]);
    },
  );
});
