import { setTimeout as wait } from 'node:timers/promises';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DAY, SECOND } from '#estate/units.ts';
import { ROOT } from './devices/bed.ts';
import { printedAtTheEnd } from './fault-table.ts';
import { createBed, PER_SECOND, SITE, watchCatchUp, type Bed, type Figures } from './influx/bed.ts';
import { OUTAGES } from './influx/faults.ts';
import { countOf, type Told } from './influx/load.ts';

/** How long InfluxDB is away: 5 s here, 30 s by `npm run test:faults`. */
const AWAY_S = Number(process.env['POLISGRID_TEST_OUTAGE_S'] ?? 5);
/** After it is back, the longest pause between two attempts is a minute. */
const PATIENCE_MS = 75 * SECOND;
const MOST_GROWTH_MB = 200;
/** After a short outage it has caught up within a second or so, which a single pause would make much longer. */
const LEAST_TIMES_LIVE = AWAY_S < 30 ? 1 : 10;

let bed: Bed;
beforeAll(async () => {
  bed = await createBed();
});
afterAll(() => bed[Symbol.asyncDispose]());

/** Values that were acknowledged and are not stored as they were told. */
function lostOf(told: Told, stored: Told): number {
  return [...told].reduce((sum, [device, values]) => {
    const kept = stored.get(device);
    return sum + [...values].filter(([ts, watts]) => kept?.get(ts) !== watts).length;
  }, 0);
}

/** Readings of the journal that were not carried over once, as written or as dead. */
function unaccounted(before: Figures, after: Figures): number {
  const carried = after.written - before.written + after.dead - before.dead;
  return after.journalled - before.journalled - carried;
}

/** Each value was told once: how many are stored at more than one time. */
function twiceOf(stored: Told): number {
  const all = [...stored.values()].flatMap((values) => [...values.values()]);
  return all.length - new Set(all).size;
}

const print = printedAtTheEnd();
/** Notes what was seen, for the table. */
function note(name: string, ok: boolean, ...observed: string[]): void {
  print({ ok, kind: 'InfluxDB', name, observed: observed.join(', ') });
}

describe(`InfluxDB, at ${PER_SECOND} messages a second,`, () => {
  it.each(OUTAGES)('$name', { timeout: 60_000 + PATIENCE_MS + 2 * AWAY_S * SECOND }, async (outage) => {
    const from = Date.now();
    const before = await bed.figures();
    const load = bed.startLoad();
    await wait(SECOND);
    await outage.begin(bed);
    await wait(AWAY_S * outage.share * SECOND);
    const { written } = await bed.figures();
    await outage.end(bed);
    const { pointsPerSecond, mostMb } = await watchCatchUp(bed, { written, patienceMs: PATIENCE_MS });
    await load.stop();
    await bed.caughtUp(PATIENCE_MS);

    const stored = await bed.stored(from);
    const [told, lost, twice] = [countOf(load.told), lostOf(load.told, stored), twiceOf(stored)];
    const after = await bed.figures();
    const timesLive = Math.round(pointsPerSecond / PER_SECOND);
    const grownMb = Math.round(mostMb - before.rssMb);
    const ok = lost + twice + load.refused() === 0 && timesLive >= LEAST_TIMES_LIVE && grownMb < MOST_GROWTH_MB;
    note(
      `${outage.name}, ${AWAY_S * outage.share} s`,
      ok,
      `${told} acknowledged`,
      `${lost} lost`,
      `${twice} twice`,
      `memory +${grownMb} MB`,
      `caught up at ${timesLive}× live`,
    );
    expect({ lost, twice, refused: load.refused() }).toEqual({ lost: 0, twice: 0, refused: 0 });
    expect(unaccounted(before, after)).toBe(0);
    expect(told).toBeGreaterThan(AWAY_S * outage.share * PER_SECOND * 0.9);
    expect(grownMb).toBeLessThan(MOST_GROWTH_MB);
    expect(timesLive).toBeGreaterThanOrEqual(LEAST_TIMES_LIVE);
  });

  it('refuses fields of another type, and has the rest', async () => {
    const air = await bed.device('air', 'indoor-air');
    const foreign = `indoor-air,device=other,site=${SITE} TmpAir="warm",RH="dry"`;
    await fetch(`http://127.0.0.1:${bed.influx.port}/write?db=faults`, { method: 'POST', body: foreign });
    const { before, after, lost } = await amidLoad(async () => {
      for (let n = 0; n < 10; n++) {
        // In turn one with a value that is stored, and one with none.
        for (const [more, v] of [
          { TmpAir: 20, CO2: 400 + n },
          { TmpAir: 20, RH: 50 },
        ].entries()) {
          await air.say(`${ROOT}/${SITE}/data/air/air`, JSON.stringify({ ts: Date.now() + more, v }));
        }
        await wait(20);
      }
    });
    const { results } = (await bed.influx.ask('faults', 'SELECT count("CO2") FROM "indoor-air"')) as Counted;
    const others = results[0]?.series?.[0]?.values[0]?.[1] ?? 0;
    const [dead, refused] = [after.dead - before.dead, after.valuesRefused - before.valuesRefused];
    const observed = { dead, refused, others, lost, unaccounted: unaccounted(before, after) };
    const expected = { dead: 10, refused: 10, others: 10, lost: 0, unaccounted: 0 };
    note(
      'a field of another type',
      isDeepStrictEqual(observed, expected),
      `${dead} readings dead, ${refused} values of others refused`,
      `${others} beside them stored`,
      `${lost} lost`,
    );
    expect(observed).toEqual(expected);
  });

  it('takes batches in part, those points that are not too old for it', async () => {
    await bed.influx.ask('faults', 'ALTER RETENTION POLICY "autogen" ON "faults" DURATION 2h SHARD DURATION 1h');
    const late = await bed.device('late', 'grid-meter');
    const { before, after, lost } = await amidLoad(async () => {
      const s = Array.from({ length: 10 }, (_, n) => [Date.now() - 10 * DAY + n, { W: n }]);
      await late.say(`${ROOT}/${SITE}/hist/late/late`, JSON.stringify({ s }));
      await wait(SECOND);
    });
    const dead = after.dead - before.dead;
    note('a batch taken in part', dead === 10 && lost === 0, `${dead} dead letters`, `${lost} lost`);
    expect({ dead, lost, unaccounted: unaccounted(before, after) }).toEqual({ dead: 10, lost: 0, unaccounted: 0 });
  });
});

interface Counted {
  results: { series?: { values: [number, number][] }[] }[];
}

/** Does something while the load goes on: the figures before and after it, and what of the load was lost. */
async function amidLoad(work: () => Promise<void>): Promise<{ before: Figures; after: Figures; lost: number }> {
  const from = Date.now();
  const before = await bed.figures();
  const load = bed.startLoad();
  await work();
  await load.stop();
  await bed.caughtUp(20 * SECOND);
  const after = await bed.figures();
  return { before, after, lost: lostOf(load.told, await bed.stored(from)) };
}
