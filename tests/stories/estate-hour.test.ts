import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MINUTE, SECOND } from '#estate/units.ts';
import { polisEstate } from '#simulators/estate/polis.ts';
import { provisionEstate } from '#simulators/provision.ts';
import { secretsFrom } from '#simulators/secrets.ts';
import { FIELD_KEY } from '../platform/field.ts';
import { eventually } from '../platform/http.ts';
import { ADMIN_KEY } from '../platform/in-process.ts';
import { startProcess, type PolisgridProcess } from '../platform/process.ts';
import { temporaryFolder } from '../platform/temporary-folder.ts';
import { startInflux, type InfluxServer } from '../servers/influx.ts';
import { openLoad, type Played } from './estate-hour/load.ts';
import { heldByDuckdb, heldByInflux, type Held } from './estate-hour/witness.ts';

/** A part of the estate for a few minutes here; all of it for an hour by `npm run test:estate-hour`. */
const SITES = Number(process.env['POLISGRID_TEST_SITES'] ?? 42);
const MINUTES = Number(process.env['POLISGRID_TEST_MINUTES'] ?? 3);
const SPEED = 60;
const PERIOD_MS = 10 * SECOND;
const STEPS = (MINUTES * MINUTE) / PERIOD_MS;
const SEED = 'estate-hour';
const PATIENCE_MS = 600 * SECOND;

let influx: InfluxServer;
beforeAll(async () => {
  influx = await startInflux();
});
afterAll(() => influx[Symbol.asyncDispose]());

const ENGINES: { engine: string; url: () => string; held: (data: string) => Promise<Held> }[] = [
  { engine: 'duckdb', url: () => 'duckdb', held: (data) => heldByDuckdb(join(data, 'series')) },
  { engine: 'influx', url: () => influx.url('hour'), held: () => heldByInflux(influx, 'hour') },
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

const sum = (held: Held) => Object.values(held).reduce((total, count) => total + count, 0);

describe.each(ENGINES)(`${MINUTES} minutes of ${SITES} sites, kept in $engine`, ({ engine, url, held }) => {
  it('end with in = stored + duplicate + dead', { timeout: 60_000 + 4 * PATIENCE_MS }, async () => {
    await using folder = await temporaryFolder();
    await using polisgrid = await startProcess({ data: folder.path, flags: ['--demo', 'off', '--series', url()] });
    const devices = await register(polisgrid);
    const { seconds, tally } = await playHour(polisgrid);
    const behind = async () =>
      (await countersOf(polisgrid))('journal_lag{consumer="series-writer"}'.replace(/[{}]/g, '\\$&'));
    const startedAt = performance.now();
    await eventually(behind, (left) => left === 0, PATIENCE_MS);
    const behindS = (performance.now() - startedAt) / SECOND;
    const count = await countersOf(polisgrid);
    const [written, dead] = [count('telemetry_written_total'), count('telemetry_dead_total')];
    const mostMb = await residentMb(polisgrid);
    await polisgrid.stop();
    const stored = await held(folder.path);

    const { acknowledged, repeated, wrong, messages, points } = tally;
    const duplicate = written - sum(stored);
    process.stdout.write(
      `\nok  │ ${MINUTES} min of ${SITES} sites │ ${engine} │ ${devices} devices at ${((MINUTES * 60) / seconds).toFixed(1)}×: ` +
        `${Math.round(messages / seconds)} messages/s, ${Math.round(points / seconds)} points/s │ ` +
        `in ${acknowledged.readings} = stored ${sum(stored)} + duplicate ${duplicate} + dead ${dead} │ ` +
        `the store ${behindS.toFixed(1)} s behind at the end, ${Math.round(mostMb)} MB at most\n`,
    );
    expect(acknowledged.messages).toBe(messages);
    expect(stored).toEqual(tally.readings);
    expect({ duplicate, dead }).toEqual({ duplicate: repeated.readings, dead: wrong });
    expect(acknowledged.readings).toBe(sum(stored) + duplicate + dead);
    expect(Math.min(repeated.readings, wrong)).toBeGreaterThan(0);
    // What lies in the past, or comes sixty times as fast, alarms nobody and asks no gateway for its births.
    expect(count('telemetry_repeated_total')).toBe(repeated.live);
    expect({ gaps: count('telemetry_gaps_total'), rebirths: count('telemetry_rebirths_total') }).toEqual({
      gaps: 0,
      rebirths: 0,
    });
    expect(count('telemetry_forbidden_total') + count('telemetry_cut_total')).toBe(0);
  });
});
