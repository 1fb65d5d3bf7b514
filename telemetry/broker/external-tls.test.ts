import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAuthority, generateRoots } from '#charging/index.ts';
import { brokerOutside } from './external-tls.ts';

const URL = 'mqtts://broker.example:8883';
const pem: Record<string, string> = { 'noise.pem': 'noise' };
let folder: string;
beforeAll(async () => {
  const authority = createAuthority(await generateRoots(Date.now()));
  const [ours, theirs] = await authority.serve(['broker.example'], Date.now());
  Object.assign(pem, { 'ca.pem': authority.roots, 'our.pem': ours?.certificate, 'our.key': ours?.key });
  Object.assign(pem, { 'their.key': theirs?.key });
  folder = await mkdtemp(join(tmpdir(), 'broker-tls-'));
  for (const [name, text] of Object.entries(pem)) await writeFile(join(folder, name), text);
});
afterAll(() => rm(folder, { recursive: true }));

/** As the settings of a broker would be, the files by their names. */
function read(broker: string, files: Record<string, string> = {}) {
  const paths = Object.entries(files).map(([setting, name]) => [setting, join(folder, name)]);
  return brokerOutside({ broker, brokerShared: false, ...Object.fromEntries(paths) });
}

describe('the settings of a broker outside', () => {
  it('are none where the embedded one serves', () => {
    expect(read('embedded')).toEqual({});
  });

  it('need no file: public authorities are believed', () => {
    expect(read(URL)).toEqual({ broker: URL, shared: false, brokerTls: {} });
  });

  it('may name its authority, and a certificate with its key', () => {
    const files = { brokerCa: 'ca.pem', brokerCertificate: 'our.pem', brokerKey: 'our.key' };
    const brokerTls = { ca: pem['ca.pem'], cert: pem['our.pem'], key: pem['our.key'] };
    expect(read(URL, files)).toEqual({ broker: URL, shared: false, brokerTls });
  });

  it.each([
    ['a file is not there', URL, { brokerCa: 'none.pem' }, /^brokerCa: .*none\.pem cannot be used/],
    ['a file is no PEM', URL, { brokerCa: 'noise.pem' }, /^brokerCa: .*noise\.pem cannot be used/],
    ['a key is no PEM', URL, { brokerCertificate: 'our.pem', brokerKey: 'noise.pem' }, /^brokerKey: .*noise\.pem/],
    ['the key is missing', URL, { brokerCertificate: 'our.pem' }, /set both/],
    ['the certificate is missing', URL, { brokerKey: 'our.key' }, /set both/],
    ['the key is another’s', URL, { brokerCertificate: 'our.pem', brokerKey: 'their.key' }, /is not the key/],
    ['the broker is not behind TLS', 'mqtt://broker.example', { brokerCa: 'ca.pem' }, /^brokerCa: .*mqtts:/],
    ['the broker is the embedded one', 'embedded', { brokerCa: 'ca.pem' }, /^brokerCa: .*mqtts:/],
  ])('are refused where %s', (_what, broker, files, message) => {
    expect(() => read(broker, files)).toThrow(
      expect.objectContaining({ code: 'config', message: expect.stringMatching(message) }),
    );
  });
});
