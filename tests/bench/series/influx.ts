import { promisify } from 'node:util';
import { gzip } from 'node:zlib';
import { systemClock } from '#estate/clock.ts';
import { DAY } from '#estate/units.ts';
import { openInfluxSeries } from '#storage/engines/influx/engine.ts';
import { lineOf } from '#storage/engines/influx/line-protocol.ts';
import { startInflux } from '#tests/servers/influx.ts';
import { batchesOf, METRICS } from './plants.ts';

const compress = promisify(gzip);

export interface InfluxFigures {
  points: number;
  ours: number;
  preSerialised: number;
  ratio: number;
}

/**
 * Our writer against bodies that were made and compressed before, both into the same server; points a second. Both have
 * one request at a time under way, as what is written last must stay; ours takes its next batch while one is.
 */
export async function measureInflux({ batches, rounds }: { batches: number; rounds: number }): Promise<InfluxFigures> {
  await using server = await startInflux();
  const from = Date.now() - (Date.now() % DAY) - DAY;
  const readings = batchesOf({ devices: 1_000, from, days: 1 }).take(batches).toArray();
  const bodies = await Promise.all(
    readings.map((batch) => compress(batch.map((reading) => lineOf(reading)).join('\n'), { level: 1 })),
  );
  const points = readings.reduce((count, batch) => count + batch.length * METRICS, 0);
  const rates = { ours: [] as number[], bare: [] as number[] };
  for (let round = 0; round < rounds; round++) {
    const series = openInfluxSeries({ url: server.url(`ours${round}`), clock: systemClock });
    // The database is made by the first.
    await series.append(readings[0]?.slice(0, 1) ?? []);
    rates.ours.push(await rateOf(points, readings, { write: (batch) => series.append(batch), ahead: 1 }));
    await server.ask('', `CREATE DATABASE bare${round}`);
    const target = `http://127.0.0.1:${server.port}/write?precision=ms&db=bare${round}`;
    const headers = { 'content-encoding': 'gzip' };
    rates.bare.push(
      await rateOf(points, bodies, {
        ahead: 0,
        async write(body) {
          const answer = await fetch(target, { method: 'POST', headers, body });
          if (answer.status !== 204) throw new Error(`influxd answers ${answer.status}: ${await answer.text()}`);
        },
      }),
    );
  }
  const [ours, preSerialised] = [Math.max(...rates.ours), Math.max(...rates.bare)];
  return { points, ours, preSerialised, ratio: ours / preSerialised };
}

async function rateOf<Batch>(
  points: number,
  batches: readonly Batch[],
  { write, ahead }: { write: (batch: Batch) => Promise<unknown>; ahead: number },
) {
  const begin = performance.now();
  const underWay: Promise<unknown>[] = [];
  for (const batch of batches) {
    underWay.push(write(batch));
    if (underWay.length > ahead) await underWay.shift();
  }
  await Promise.all(underWay);
  return (points / (performance.now() - begin)) * 1_000;
}
