import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { instanceOf } from './instance.ts';

const HERE = { api: 'http://127.0.0.1:9001', key: 'of-here' };
const data = mkdtempSync(join(tmpdir(), 'polisgrid-'));
writeFileSync(join(data, 'instance.json'), JSON.stringify({ ...HERE, pid: 1 }));
afterAll(() => rmSync(data, { recursive: true }));

const ELSEWHERE = 'http://192.0.2.1:8080';
const DEFAULT = 'http://127.0.0.1:8080';

describe('The instance that options name', () => {
  it.each([
    ['is the one at work in the folder', { data }, {}, { ...HERE, isLocal: true }],
    ['is so by the environment', {}, { POLISGRID_DATA: data }, { ...HERE, isLocal: true }],
    [
      'is it also by its own URL',
      { data, api: `${HERE.api}/` },
      {},
      { api: `${HERE.api}/`, key: HERE.key, isLocal: true },
    ],
    ['may have another key', { data, key: 'k' }, {}, { api: HERE.api, key: 'k', isLocal: false }],
    [
      'may have the key of the environment',
      { data },
      { POLISGRID_ADMIN_KEY: 'e' },
      { api: HERE.api, key: 'e', isLocal: false },
    ],
    ['is told no key of another one', { data, api: ELSEWHERE }, {}, { api: ELSEWHERE, key: undefined, isLocal: false }],
    [
      'is the usual one where none is at work',
      { data: '/no/such' },
      {},
      { api: DEFAULT, key: undefined, isLocal: false },
    ],
  ])('%s', (_, options, environment, expected) => {
    expect(instanceOf(options, environment)).toEqual(expected);
  });

  it.each(['{"api":"http://127.0', '{}'])('is not known where its file is %j', (torn) => {
    const folder = mkdtempSync(join(tmpdir(), 'polisgrid-'));
    writeFileSync(join(folder, 'instance.json'), torn);
    try {
      expect(() => instanceOf({ data: folder }, {})).toThrow(/instance\.json cannot be read \(.+\)\. Start polisgrid/);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('has a URL', () => {
    expect(() => instanceOf({ api: 'nowhere' }, {})).toThrow('--api is "nowhere"; a URL is expected.');
  });
});
