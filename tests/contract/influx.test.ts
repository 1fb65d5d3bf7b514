import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '#estate/clock.ts';
import { Quality, type Reading } from '#estate/sample.ts';
import { MINUTE } from '#estate/units.ts';
import { openInfluxSeries } from '#storage/engines/influx/engine.ts';
import { startInflux, type InfluxServer } from '../servers/influx.ts';

const T0 = Date.now() - MINUTE;
const reading = (n: number, values: Record<string, number>): Reading => {
  return { site: 'barolo', device: `d${n}`, type: 'grid-meter', ts: T0 + n, values };
};

describe('InfluxDB', () => {
  let server: InfluxServer;
  beforeAll(async () => {
    server = await startInflux({ auth: true });
  });
  afterAll(() => server[Symbol.asyncDispose]());
  const open = (database: string) => openInfluxSeries({ url: server.url(database), clock: systemClock });
  const asked = (database: string, query: string) => server.ask(database, query) as Promise<{ results: unknown[] }>;
  const countOf = async (database: string, metric: string) => {
    const answer = JSON.stringify(await asked(database, `SELECT count("${metric}") FROM /.*/`));
    return Number(/,(\d+)\]\]/.exec(answer)?.[1] ?? 0);
  };

  it('holds a reading as another program would look for it', async () => {
    const series = open('form');
    await series.append([{ ...reading(1, { W: 4312, TmpCab: 41.5 }), quality: { TmpCab: Quality.stale } }]);
    expect(await asked('form', 'SELECT * FROM "grid-meter"; SHOW FIELD KEYS; SHOW TAG KEYS')).toMatchObject({
      results: [
        {
          series: [
            {
              columns: ['time', 'TmpCab', 'W', 'device', 'q_TmpCab', 'site'],
              values: [[T0 + 1, 41.5, 4312, 'd1', 500, 'barolo']],
            },
          ],
        },
        {
          series: [
            {
              values: [
                ['TmpCab', 'float'],
                ['W', 'float'],
                ['q_TmpCab', 'integer'],
              ],
            },
          ],
        },
        { series: [{ values: [['device'], ['site']] }] },
      ],
    });
  });

  it('may lose its database, which is made again', async () => {
    const series = open('lost');
    await series.append([reading(1, { W: 1 })]);
    await server.ask('', 'DROP DATABASE lost');
    expect(await series.query({ devices: ['d1'], metric: 'W', from: 0, to: Date.now() })).toEqual([]);
    expect(await series.append([reading(2, { W: 2 })])).toEqual([]);
    expect(await countOf('lost', 'W')).toBe(1);
  });

  it('has taken A for text: of 4,000 readings, only the values of A die, with its reason', async () => {
    await server.ask('', 'CREATE DATABASE conflict');
    const series = open('conflict');
    await series.append([reading(0, { W: 1 })]);
    await writeAsText(server, 'conflict');
    const readings = Array.from({ length: 4_000 }, (_, n) => reading(n, n % 2 ? { W: n, A: n } : { W: n }));
    const dead = await series.append(readings);
    expect(dead).toHaveLength(2_000);
    expect(dead[0]).toEqual({
      reading: reading(1, { A: 1 }),
      reason: expect.stringMatching(/field type conflict/) as string,
    });
    expect(await countOf('conflict', 'W')).toBe(4_000);
  });

  it('finds a few lines too old for its retention among many', async () => {
    await server.ask('', 'CREATE DATABASE short WITH DURATION 1h');
    const series = open('short');
    const old = [17, 1_111, 2_999].map((n) => ({ ...reading(n, { W: n, A: n }), ts: 1_000_000 + n }));
    const readings = Array.from(
      { length: 3_000 },
      (_, n) => old.find(({ device }) => device === `d${n}`) ?? reading(n, { W: n }),
    );
    const dead = await series.append(readings);
    expect(new Set(dead.map(({ reading: { device } }) => device))).toEqual(new Set(['d17', 'd1111', 'd2999']));
    for (const { reason } of dead) expect(reason).toMatch(/beyond retention policy/);
    expect(await countOf('short', 'W')).toBe(2_997);
  });

  it('has no room for more devices: only the readings of new ones die, wherever they stand', async () => {
    await using full = await startInflux({ mostDevices: 500 });
    const series = openInfluxSeries({ url: full.url('full'), clock: systemClock });
    await series.append(Array.from({ length: 500 }, (_, n) => reading(2 * n, { W: n })));
    const dead = await series.append(Array.from({ length: 1_000 }, (_, n) => reading(n, { W: n, A: n })));
    expect(new Set(dead.map(({ reading: { ts } }) => (ts - T0) % 2))).toEqual(new Set([1]));
    expect(new Set(dead.map(({ reading: { device } }) => device))).toHaveProperty('size', 500);
    for (const { reason } of dead) expect(reason).toMatch(/max-values-per-tag/);
  });

  it('is "unavailable" for a wrong password, which stays out of the message', async () => {
    const url = server.url('form').replace(/:[^:@]+@/, ':hunter2@');
    const series = openInfluxSeries({ url, clock: systemClock });
    for (const call of [() => series.append([reading(1, { W: 1 })]), () => series.last(['d1'], T0)]) {
      const error = await call().then(String, (refused: unknown) => refused);
      expect(error).toMatchObject({ code: 'unavailable', message: expect.stringMatching(/401/) as string });
      expect(String(error)).not.toContain('hunter2');
    }
  });

  it('may be away and come back: the same batch goes in then, once', async () => {
    const series = open('away');
    await series.append([reading(0, { W: 0 })]);
    const batch = Array.from({ length: 500 }, (_, n) => reading(n, { W: n }));
    await server.stop('SIGKILL');
    await expect(series.append(batch)).rejects.toMatchObject({ name: 'PolisError', code: 'unavailable' });
    await expect(series.query({ devices: ['d1'], metric: 'W', from: 0, to: T0 })).rejects.toMatchObject({
      code: 'unavailable',
    });
    await expect(series.last(['d1'], T0)).rejects.toMatchObject({ code: 'unavailable' });
    await server.start();
    expect(await series.append(batch)).toEqual([]);
    expect(await series.append(batch)).toEqual([]);
    expect(await countOf('away', 'W')).toBe(500);
    expect(await series.query({ devices: ['d499'], metric: 'W', from: T0, to: T0 + 1_000 })).toHaveLength(1);
  });
});

/** As if another program had begun to write the metric A as text. */
async function writeAsText(server: InfluxServer, database: string): Promise<void> {
  const url = new URL(server.url(database).replace(/^influx/, 'http'));
  const login = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  const response = await fetch(`http://${url.host}/write?db=${database}`, {
    method: 'POST',
    headers: { authorization: `Basic ${btoa(login)}` },
    body: 'grid-meter,device=x A="text"',
  });
  expect(response.status).toBe(204);
}
