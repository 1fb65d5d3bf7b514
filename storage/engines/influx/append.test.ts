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

/** Another machine that stores good lines and drops bad ones, as InfluxDB says it. */
async function serverThatDrops(bad: RegExp) {
  const stored = new Set<string>();
  const sizes: number[] = [];
  const server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      const lines = Buffer.concat(parts).toString().split('\n');
      const good = lines.filter((line) => !bad.test(line));
      for (const line of good) stored.add(line);
      sizes.push(lines.length);
      if (good.length === lines.length) return void response.writeHead(204).end();
      const error = `partial write: not these dropped=${lines.length - good.length}`;
      response.writeHead(400).end(JSON.stringify({ error }));
    });
  }).listen(0, '127.0.0.1');
  running.push(server);
  await once(server, 'listening');
  const url = `influx://127.0.0.1:${(server.address() as AddressInfo).port}/estate`;
  return { server: influxServer(url, systemClock), stored, sizes };
}

const readings = (count: number): Reading[] =>
  Array.from({ length: count }, (_, n) => ({ site: 's', device: `d${n}`, type: 't', ts: n, values: { W: n, A: n } }));
const append = async (server: InfluxServer, given: readonly Reading[]) =>
  appendEncoded(server, await encode(server, given));
const names = (dead: { reading: Reading }[]) => [...new Set(dead.map(({ reading }) => reading.device))];

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
    const dead = await append(server, readings(5_000));
    expect(sizes.length).toBeLessThan(1_000);
    expect(names(dead)).toEqual(expect.arrayContaining(['d1', 'd2499', 'd4999']));
    expect([...stored].filter((line) => /device=d\d*[02468],.* W=/.test(line)).length).toBeGreaterThanOrEqual(2_500);
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
