import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { startOwnInstance } from './own-instance.ts';

const { argv, env } = process;
const usual = { program: argv[1] ?? '', TMPDIR: env['TMPDIR'] ?? tmpdir(), execPath: process.execPath };
let folder = '';

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'polisgrid-'));
  argv[1] = join(folder, 'program.js');
  env['TMPDIR'] = folder;
});
afterEach(() => {
  argv[1] = usual.program;
  process.execPath = usual.execPath;
  env['TMPDIR'] = usual.TMPDIR;
  rmSync(folder, { recursive: true });
});

/** What the program does that is started once more. */
const program = (text: string) => writeFileSync(join(folder, 'program.js'), text);
const READY = `console.log('  console    http://127.0.0.1:4711\\n\\n  Ctrl-C stops it.'); setInterval(() => {}, 1000);`;
const SAYS_SO = `require('node:fs').writeFileSync(process.env.TMPDIR + '/begun', '')`;
const WAITS = `${SAYS_SO}; setInterval(() => {}, 1000);`;
const begun = async () => {
  while (!existsSync(join(folder, 'begun'))) await new Promise((resolve) => setTimeout(resolve, 10));
  return true;
};
const leftovers = () => readdirSync(folder).filter((name) => name.startsWith('polisgrid-run-'));

describe('An instance of its own', () => {
  it('is there once it says so, and leaves nothing when it is no longer wanted', async () => {
    program(READY);
    const instance = await startOwnInstance({ signal: new AbortController().signal });
    expect(instance.api).toBe('http://127.0.0.1:4711');
    expect(leftovers()).toHaveLength(1);
    await instance[Symbol.asyncDispose]();
    expect(leftovers()).toEqual([]);
  });

  it('says what it printed when it does not start', async () => {
    program(`console.error('There is no room.'); process.exit(1);`);
    const starting = startOwnInstance({ signal: new AbortController().signal });
    await expect(starting).rejects.toMatchObject({
      code: 'unavailable',
      message: 'An instance for this run could not be started:\nThere is no room.',
    });
    expect(leftovers()).toEqual([]);
  });

  it('says so when there is no program to start', async () => {
    process.execPath = join(folder, 'no-such-node');
    const starting = startOwnInstance({ signal: new AbortController().signal });
    await expect(starting).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringMatching(/could not be started:\nspawn .*ENOENT$/),
    });
    expect(leftovers()).toEqual([]);
  });

  it('may print on and on', async () => {
    program(`${READY} process.stdout.write('x'.repeat(2e6), () => ${SAYS_SO});`);
    await using _ = await startOwnInstance({ signal: new AbortController().signal });
    expect(await begun()).toBe(true);
  });

  it('ends at once when the run is stopped while it starts', async () => {
    program(WAITS);
    const stop = new AbortController();
    const starting = startOwnInstance({ signal: stop.signal });
    const stopping = (async () => {
      await begun();
      stop.abort();
    })();
    await expect(starting).rejects.toMatchObject({ code: 'conflict' });
    await stopping;
    expect(leftovers()).toEqual([]);
  });
});
