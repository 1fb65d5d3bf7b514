import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readTlsOptions } from './tls-files.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tls-'));
  for (const name of ['ec.pem', 'ec.key', 'rsa.pem', 'rsa.key', 'ca.pem']) await writeFile(join(folder, name), name);
});
afterEach(() => rm(folder, { recursive: true }));

const at = (...names: string[]) => names.map((name) => join(folder, name)).join(', ');

describe('the settings of the TLS port', () => {
  it('need nothing: its own certificate is for the names of this machine', () => {
    expect(readTlsOptions({ port: 9_221, host: '0.0.0.0' })).toEqual({
      port: 9_221,
      names: [hostname(), 'localhost', '127.0.0.1'],
      chargerAuthorities: [],
    });
    expect(readTlsOptions({ port: 0, host: '192.0.2.7' }).names).toContain('192.0.2.7');
  });

  it('may name two certificates with their keys, the names and further authorities', () => {
    const options = readTlsOptions({
      port: 0,
      host: '127.0.0.1',
      names: 'charge.example.org, 192.0.2.1',
      certificate: at('ec.pem', 'rsa.pem'),
      key: at('ec.key', 'rsa.key'),
      chargerCa: at('ca.pem'),
    });
    expect(options).toEqual({
      port: 0,
      names: ['charge.example.org', '192.0.2.1'],
      certificates: [
        { certificate: 'ec.pem', key: 'ec.key' },
        { certificate: 'rsa.pem', key: 'rsa.key' },
      ],
      chargerAuthorities: ['ca.pem'],
    });
  });

  it.each([
    ['a key is missing', { certificate: 'ec.pem' }, /needs its key: 1 in tlsCertificate, 0 in tlsKey/],
    ['a file is not there', { certificate: 'none.pem', key: 'ec.key' }, /cannot be read.*none\.pem/],
  ])('are refused where %s', (_what, files, message) => {
    const paths = Object.fromEntries(Object.entries(files).map(([name, file]) => [name, at(file)]));
    expect(() => readTlsOptions({ port: 0, host: '127.0.0.1', ...paths })).toThrow(message);
  });
});
