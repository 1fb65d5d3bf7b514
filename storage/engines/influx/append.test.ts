import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { systemClock } from '#estate/clock.ts';
import type { Reading } from '#estate/sample.ts';
import { append as appendEncoded, encode } from './append.ts';
import { influxServer, type InfluxServer } from './server.ts';

const running: Server[] = [];
afterEach(() => {
  for (const server of running.splice(0)) {
    server.close();
    server.closeAllConnections();
  }
});

/** Another machine that stores good lines and drops bad ones, as InfluxDB says it; of the points it tells what it has. */
async function serverThatDrops(bad: RegExp, why = 'not these') {
  const stored = new Set<string>();
  const sizes: number[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const body = Buffer.concat(parts).toString();
      if (request.url?.startsWith('/query'))
        return void response.end(JSON.stringify({ results: lookedUp(body, stored) }));
      const lines = body.split('\n');
      const good = lines.filter((line) => !bad.test(line));
      for (const line of good) stored.add(line);
      sizes.push(lines.length);
      if (good.length === lines.length) return void response.writeHead(204).end();
      const error = `partial write: ${why} dropped=${lines.length - good.length}`;
      response.writeHead(400).end(JSON.stringify({ error }));
    });
  }).listen(0, '127.0.0.1');
  running.push(server);
  await once(server, 'listening');
  const url = `influx://127.0.0.1:${(server.address() as AddressInfo).port}/estate`;
  return { server: influxServer(url, systemClock), stored, sizes };
}

/** Answers `SELECT "W" FROM "t" WHERE "site" = $s0 AND "device" = $d0 AND time >= 7ms …`. */
function lookedUp(body: string, stored: ReadonlySet<string>) {
  const asked = new URLSearchParams(body);
  const names = JSON.parse(asked.get('params') ?? '{}') as Record<string, string>;
  return (asked.get('q') ?? '').split(';').map((statement) => {
    const [, metric, type, n, ts] =
      /SELECT "(\w+)" FROM "([\w-]+)" .* \$s(\d+) .* time >= (\d+)ms/.exec(statement) ?? [];
    const start = `${type},device=${names[`d${n}`]},site=${names[`s${n}`]} `;
    const line = [...stored].find(
      (one) => one.startsWith(start) && one.endsWith(` ${ts}`) && one.includes(`${metric}=`),
    );
    const value = new RegExp(`[ ,]${metric}=([^, ]+)`).exec(line ?? '')?.[1];
    return value === undefined
      ? {}
      : { series: [{ columns: ['time', metric], values: [[Number(ts), Number(value)]] }] };
  });
}

const readings = (count: number): Reading[] =>
  Array.from({ length: count }, (_, n) => ({ site: 's', device: `d${n}`, type: 't', ts: n, values: { W: n, A: n } }));
const append = async (server: InfluxServer, given: readonly Reading[]) =>
  appendEncoded(server, await encode(server, given));
const names = (dead: { reading: Reading }[]) => [...new Set(dead.map(({ reading }) => reading.device))];

const devicesOf = (count: number, chosen: (n: number) => boolean) =>
  Array.from({ length: count }, (_, n) => n)
    .filter(chosen)
    .map((n) => `d${n}`)
    .toSorted();

describe('Appending to InfluxDB', () => {
  it('goes in batches of 5,000 lines', async () => {
    const { server, stored, sizes } = await serverThatDrops(/^$/);
    expect(await append(server, readings(12_000))).toEqual([]);
    expect({ sizes, stored: stored.size }).toEqual({ sizes: [5_000, 5_000, 2_000], stored: 12_000 });
  });

  it('sends nothing when there is nothing', async () => {
    const { server, sizes } = await serverThatDrops(/^$/);
    expect(await append(server, [])).toEqual([]);
    expect(sizes).toEqual([]);
  });

  it('finds one bad line among 5,000 in a few requests, and never sends the whole again', async () => {
    const { server, sizes } = await serverThatDrops(/device=d3333,/);
    const dead = await append(server, readings(5_000));
    expect(names(dead)).toEqual(['d3333']);
    expect(dead[0]?.reason).toMatch(/not these/);
    expect(sizes.length).toBeLessThan(35);
    expect(sizes.slice(1).every((size) => size <= 2_500)).toBe(true);
  });

  it('takes the one bad metric out of a reading', async () => {
    const { server, stored } = await serverThatDrops(/device=d7,.* (W=7,)?A=7/);
    const dead = await append(server, readings(10));
    expect(dead.map(({ reading: { device, values } }) => [device, values])).toEqual([['d7', { A: 7 }]]);
    expect(stored).toContain('t,device=d7,site=s W=7 7');
  });

  it('spends a bounded number of requests on bad lines everywhere, and loses no good value', async () => {
    const { server, stored, sizes } = await serverThatDrops(/device=d\d*[13579],/);
    const dead = await append(server, readings(1_000));
    expect(sizes.length).toBeLessThan(1_000);
    expect(names(dead).toSorted()).toEqual(devicesOf(1_000, (n) => n % 2 === 1));
    expect([...stored].filter((line) => /device=d\d*[02468],.* W=/.test(line)).length).toBeGreaterThanOrEqual(500);
  });

  it('takes the one field out that is of another type, where several types of device stand in turn', async () => {
    const { server, stored, sizes } = await serverThatDrops(/^meter,.*[ ,]W=/, 'field type conflict: input field "W"');
    const mixed = readings(2_000).map((reading, n) => ({ ...reading, type: n % 2 === 0 ? 'pv-inverter' : 'meter' }));
    const dead = await append(server, mixed);
    expect(dead.map(({ reading: { type, values } }) => [type, Object.keys(values)])).toEqual(
      Array.from({ length: 1_000 }, () => ['meter', ['W']]),
    );
    expect([...stored].filter((line) => /^pv-inverter,.* W=\d+,A=\d+ /.test(line))).toHaveLength(1_000);
    expect([...stored].filter((line) => /^meter,.* A=/.test(line))).toHaveLength(1_000);
    expect(sizes.length).toBeLessThan(10);
  });

  it('keeps back what line protocol cannot write', async () => {
    const { server, stored } = await serverThatDrops(/^$/);
    const [first, ...others] = readings(3);
    const odd = { ...(first as Reading), device: 'd\\' };
    expect(await append(server, [odd, ...others])).toEqual([
      { reading: odd, reason: expect.stringMatching(/backslash/) as string },
    ]);
    expect(stored.size).toBe(2);
  });
});
