import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { connectAsync } from 'mqtt';
import { describe, expect, it } from 'vitest';
import { createAuthority, generateRoots } from '#charging/index.ts';
import { provisionEstate, secretsFrom, startEstate } from '#simulators/index.ts';
import { polisgridCommand } from '../platform/command.ts';
import { FIELD_KEY, smallEstate } from '../platform/field.ts';
import { eventually } from '../platform/http.ts';
import { ADMIN_KEY, startTestPlatform } from '../platform/in-process.ts';
import { startRecorder } from '../platform/recorder.ts';
import { temporaryFolder } from '../platform/temporary-folder.ts';

const SECRET = 'S'.repeat(40);

describe('a live recording over TLS', () => {
  it('holds what chargers of security profile 2 and a meter say, without their secrets', async () => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, 'tls.jsonl');
    const [chain, key] = [join(folder.path, 'chain.pem'), join(folder.path, 'key.pem')];
    const authority = createAuthority(await generateRoots(Date.now()));
    const [pair] = await authority.serve(['127.0.0.1'], Date.now());
    await Promise.all([writeFile(chain, pair?.certificate ?? ''), writeFile(key, pair?.key ?? '')]);
    await using polisgrid = await startTestPlatform();
    const { admin, platform } = polisgrid;
    const two = smallEstate({ protocols: ['ocpp1.6', 'ocpp2.0.1'] });
    const site = two.sites[0]?.id ?? '';
    const secrets = secretsFrom(FIELD_KEY);
    await provisionEstate(two, { api: platform.consoleUrl, key: ADMIN_KEY, secrets });
    for (const { id } of two.chargers) await admin.put(`/v1/chargers/${id}`, { securityProfile: 2 });
    await admin.put('/v1/devices/meter', { site, type: 'grid-meter', secret: SECRET });

    const words = ['--tls', '--tls-certificate', chain, '--tls-key', key];
    await using recorder = await startRecorder(file, platform.consoleUrl, words);
    expect([recorder.ocppUrl, recorder.mqttUrl]).toEqual([
      expect.stringMatching(/^wss:\/\/127\.0\.0\.1:\d+\/ocpp$/),
      expect.stringMatching(/^mqtts:\/\/127\.0\.0\.1:\d+$/),
    ]);
    const cameBack = /"peer":"CP-1".*"event":"opened"[^]*"peer":"CP-1".*"event":"opened"/;
    {
      await using fleet = await startEstate({
        estate: two,
        secrets,
        ocppUrl: recorder.ocppUrl,
        roots: authority.roots,
      });
      expect(fleet.chargers.every((charger) => charger.isOnline())).toBe(true);
      fleet.charger('CP-1').cut(100);
      const meter = await connectAsync(recorder.mqttUrl, { username: 'meter', password: SECRET, ca: authority.roots });
      const topic = `estate/v1/${site}/data/meter/meter`;
      await meter.publishAsync(topic, JSON.stringify({ ts: Date.now(), v: { W: 1 } }), { qos: 1 });
      await meter.endAsync();
      await eventually(
        () => readFile(file, 'utf8'),
        (text) => /"peer":"CP-1".*"event":"closed","clean":false/.test(text) && cameBack.test(text),
      );
    }
    expect(await recorder.stop()).toMatchObject({ code: 0, text: expect.stringContaining('and 1 MQTT messages') });
    const text = await readFile(file, 'utf8');
    for (const { id } of two.chargers)
      expect(text).toMatch(new RegExp(`"charger":"${id}".*"direction":"in".*BootNotification`));
    for (const secret of [SECRET, ...two.chargers.map(({ id }) => secrets(id))]) expect(text).not.toContain(secret);
  });

  it('does not begin where nobody vouches for the instance', async () => {
    await using folder = await temporaryFolder();
    const stranger = join(folder.path, 'stranger.pem');
    await writeFile(stranger, createAuthority(await generateRoots(Date.now())).roots);
    await using polisgrid = await startTestPlatform();
    const own = join(folder.path, 'own.pem');
    await writeFile(own, String((await polisgrid.anyone.get('/v1/ca.pem')).body));
    const recordWith = (ca: string) => {
      const words = [
        'record',
        join(folder.path, 'none'),
        '--live',
        '--ocpp-port',
        '0',
        '--mqtt-port',
        '0',
        '--for',
        '0',
      ];
      return polisgridCommand(...words, '--tls', '--ca', ca, '--api', polisgrid.platform.consoleUrl);
    };
    expect(await recordWith(own)).toMatchObject({ code: 0 });
    const { code, text } = await recordWith(stranger);
    expect(text).toMatch(/^wss:\S+ cannot be reached over TLS: .*certificate.*--ca names a PEM file/);
    expect(code).toBe(3);
  });
});
