import { once } from 'node:events';
import { connect } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { steadyMs } from '#estate/clock.ts';
import type { Fact } from '#estate/fact.ts';
import { ADMIN, openSpecimen } from './specimen.ts';
import { readEvents } from './specimen-events.ts';

const online = (charger: string, site = 'barolo'): Fact => ({
  kind: 'charger-online',
  charger,
  site,
  at: 1,
  online: true,
});
const reading = (device: string, powerW: number, site = 'barolo'): Fact => ({
  kind: 'reading',
  site,
  at: 1,
  reading: { site, device, type: 'grid-meter', ts: 1, values: { W: powerW } },
});

async function openLive() {
  const specimen = await openSpecimen();
  const port = (await specimen.api.start()).port;
  const watch = (query = '', headers = {}) =>
    readEvents(`http://127.0.0.1:${port}/v1/live${query}`, { ...ADMIN, ...headers });
  return { ...specimen, port, watch };
}

it('shows what happens as it happens, with growing ids; of one site where asked', async () => {
  await using live = await openLive();
  await using all = await live.watch();
  await using one = await live.watch('?site=barolo');
  expect(all.response.headers).toMatchObject({ 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  live.facts.publish(online('a', 'alba'));
  live.facts.publish(online('b'));
  const [first, second] = [await all.next(), await all.next()];
  expect([first.name, first.data, second.data]).toEqual(['fact', online('a', 'alba'), online('b')]);
  expect(second.id).toBeGreaterThan(first.id);
  expect(await one.next()).toEqual(second);
});

it('shows one reading of a site a second, the newest', async () => {
  await using live = await openLive();
  await using events = await live.watch();
  for (let powerW = 0; powerW < 100; powerW++) live.facts.publish(reading('grid', powerW));
  live.facts.publish(reading('grid', 5, 'alba'));
  const shown = [await events.next(), await events.next()];
  live.facts.publish(online('z'));
  expect(shown.map(({ data }) => data)).toEqual([reading('grid', 99), reading('grid', 5, 'alba')]);
  expect((await events.next()).data).toEqual(online('z'));
});

it('goes on where a reader was, and says so when too much was missed', async () => {
  await using live = await openLive();
  await using before = await live.watch();
  live.facts.publish(online('a'));
  const { id } = await before.next();
  live.facts.publish(online('b'));
  await using after = await live.watch('', { 'last-event-id': String(id) });
  expect((await after.next()).data).toEqual(online('b'));
  for (let fact = 0; fact < 100; fact++) live.facts.publish(online(`${fact} ${'x'.repeat(9_900)}`));
  await using late = await live.watch('', { 'last-event-id': String(id) });
  expect((await late.next()).name).toBe('gap');
  expect((await late.next()).data).toMatchObject({ charger: expect.stringMatching(/^48 /) });
  await using foreign = await live.watch('', { 'last-event-id': 'nonsense' });
  live.facts.publish(online('d'));
  expect((await foreign.next()).data).toEqual(online('d'));
});

it('lets a reader go that does not read, and keeps the others', async () => {
  await using live = await openLive();
  await using quick = await live.watch();
  const slow = connect({ port: live.port, host: '127.0.0.1' });
  slow.write(`GET /v1/live HTTP/1.1\r\nHost: x\r\nAuthorization: ${ADMIN.authorization}\r\n\r\n`);
  await once(slow, 'readable');
  const gone = once(slow, 'close');
  const text = 'x'.repeat(100_000);
  for (let fact = 0; fact < 200; fact++) {
    live.facts.publish(online(text));
    await quick.next();
  }
  slow.on('error', () => {}).resume();
  await gone;
  expect(slow.bytesRead).toBeLessThan(20_000_000);
  live.facts.publish(online('after'));
  expect((await quick.next()).data).toEqual(online('after'));
});

it('does not hold up the stop', async () => {
  const live = await openLive();
  const readers = await Promise.all([live.watch(), live.watch('?site=barolo')]);
  const stalled = connect({ port: live.port, host: '127.0.0.1' });
  stalled
    .on('error', () => {})
    .write(`GET /v1/live HTTP/1.1\r\nHost: x\r\nAuthorization: ${ADMIN.authorization}\r\n\r\n`);
  await wait(50);
  live.facts.publish(online('last'));
  const begin = steadyMs();
  await live[Symbol.asyncDispose]();
  expect(steadyMs() - begin).toBeLessThan(15_000);
  for (const reader of readers) {
    expect((await reader.next()).data).toEqual(online('last'));
    expect(await reader.ended()).toBe(true);
  }
});
