import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connectAsync } from 'mqtt';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAuthority, generateRoots, type Authority } from '#charging/index.ts';
import { systemClock } from '#estate/clock.ts';
import { silentLog } from '#estate/log.ts';
import { certificateBy } from '../../ocpp-server/specimens/certificates.ts';
import { eventually } from '../platform/http.ts';
import { startTestPlatform, type TestPlatform } from '../platform/in-process.ts';
import { temporaryFolder, type TemporaryFolder } from '../platform/temporary-folder.ts';
import { startMosquitto, type MosquittoServer } from '../servers/mosquitto.ts';

/** The platform behind a real broker that speaks TLS, joined as the settings say. */

const now = systemClock.now();
let folder: TemporaryFolder;
let authority: Authority;
let stranger: Authority;
const brokers: Partial<Record<'open' | 'strict', MosquittoServer>> = {};

const at = (name: string) => join(folder.path, name);
async function write(texts: Record<string, string>) {
  for (const [name, text] of Object.entries(texts)) await writeFile(at(name), text);
}
/** What the brokers show from their next start on. */
async function serveWith(by: Authority) {
  const [pair] = await by.serve(['127.0.0.1'], now);
  await write({ 'server.pem': pair?.certificate ?? '', 'server.key': pair?.key ?? '' });
}

beforeAll(async () => {
  folder = await temporaryFolder();
  authority = createAuthority(await generateRoots(now));
  stranger = createAuthority(await generateRoots(now));
  await serveWith(authority);
  await write({ 'ca.pem': authority.roots, 'stranger.pem': stranger.roots });
  for (const [name, by] of Object.entries({ own: authority, foreign: stranger })) {
    const { cert, key } = await certificateBy(by, { name: 'polisgrid', at: now });
    await write({ [`${name}.pem`]: cert, [`${name}.key`]: key });
  }
  const tls = [`cafile ${at('ca.pem')}`, `certfile ${at('server.pem')}`, `keyfile ${at('server.key')}`];
  brokers.open = await startMosquitto({ configuration: [...tls, 'allow_anonymous true'] });
  // Lets in only who shows a certificate of the authority.
  brokers.strict = await startMosquitto({
    configuration: [...tls, 'allow_anonymous false', 'require_certificate true', 'use_identity_as_username true'],
  });
});
afterAll(async () => {
  await Promise.all(Object.values(brokers).map((broker) => broker[Symbol.asyncDispose]()));
  await folder[Symbol.asyncDispose]();
});

const brokerOf = (which: keyof typeof brokers): MosquittoServer => {
  const broker = brokers[which];
  if (!broker) throw new Error(`The ${which} broker did not start.`);
  return broker;
};

interface Way {
  which: keyof typeof brokers;
  host?: string;
  /** Settings as flags, and the files that they name. */
  files: Record<string, string>;
}

function start({ which, host = '127.0.0.1', files }: Way, said: string[] = []): Promise<TestPlatform> {
  const flags = Object.entries(files).flatMap(([flag, name]) => [flag, at(name)]);
  const log = { ...silentLog, warn: (about: object) => said.push(JSON.stringify(about)) };
  return startTestPlatform({ flags: ['--broker', `mqtts://${host}:${brokerOf(which).port}`, ...flags], log });
}

const connections = async ({ admin }: TestPlatform) =>
  (await admin.read<{ parts: { telemetry: { connections: number } } }>('/health')).parts.telemetry.connections;

const BELIEVED = { '--broker-ca': 'ca.pem' };
const SHOWN = { '--broker-certificate': 'own.pem', '--broker-key': 'own.key' };
const FOREIGN = { '--broker-certificate': 'foreign.pem', '--broker-key': 'foreign.key' };

describe('a broker behind TLS', () => {
  it.each<[string, Way]>([
    ['whose authority is named', { which: 'open', files: BELIEVED }],
    ['that wants a certificate, and is shown one', { which: 'strict', files: { ...BELIEVED, ...SHOWN } }],
  ])('%s is joined, and what devices say there is stored', async (_, way) => {
    await using polisgrid = await start(way);
    expect(await connections(polisgrid)).toBe(1);
    await polisgrid.admin.put('/v1/sites/barolo', { name: 'Barolo' });
    await polisgrid.admin.put('/v1/devices/roof', { site: 'barolo', type: 'pv-inverter' });
    const [ca = '', cert = '', key = ''] = await Promise.all(
      ['ca.pem', 'own.pem', 'own.key'].map((name) => readFile(at(name), 'utf8')),
    );
    const device = await connectAsync(`mqtts://127.0.0.1:${brokerOf(way.which).port}`, { ca, cert, key });
    await device.publishAsync('estate/v1/barolo/data/roof/roof', JSON.stringify({ ts: now, v: { W: 17 } }), { qos: 1 });
    const { points } = await eventually(
      () => polisgrid.admin.read<{ points: unknown[] }>('/v1/series?device=roof&metric=W'),
      (series) => series.points.length > 0,
    );
    expect(points).toEqual([[now, 17]]);
    await device.endAsync();
  });

  it.each<[string, Way, RegExp]>([
    ['whose authority is not named', { which: 'open', files: {} }, /certificate.*brokerCa/],
    ['of another authority', { which: 'open', files: { '--broker-ca': 'stranger.pem' } }, /certificate.*brokerCa/],
    ['under a name that it is not', { which: 'open', host: 'localhost', files: BELIEVED }, /altnames.*use a name/],
    ['that wants a certificate, and is shown none', { which: 'strict', files: BELIEVED }, /brokerCertificate/],
    ['that is shown a foreign one', { which: 'strict', files: { ...BELIEVED, ...FOREIGN } }, /brokerCertificate/],
  ])('%s is not joined, and the start says what to do', async (_, way, said) => {
    await expect(start(way)).rejects.toMatchObject({ code: 'unavailable', message: expect.stringMatching(said) });
  });

  it('that comes back as somebody else is told nothing, and joined again once it is itself', async () => {
    const broker = brokerOf('open');
    const said: string[] = [];
    await using polisgrid = await start({ which: 'open', files: BELIEVED }, said);
    await broker.stop();
    await serveWith(stranger);
    await broker.start();
    await eventually(
      () => Promise.resolve(said),
      (all) => all.some((text) => /certificate/.test(text)),
    );
    expect(await connections(polisgrid)).toBe(0);
    await broker.stop();
    await serveWith(authority);
    await broker.start();
    await eventually(
      () => connections(polisgrid),
      (count) => count === 1,
    );
  });
});
