import { readFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { polisgridCommand } from '../platform/command.ts';
import { temporaryFolder } from '../platform/temporary-folder.ts';

describe('polisgrid grafana export', () => {
  it('writes a provisioning folder with one dashboard, without the password, the same each time', async () => {
    await using folder = await temporaryFolder();
    const words = ['grafana', 'export', folder.path, '--series', 'influx://polis:geheim@db.example:8086/estate'];
    expect(await polisgridCommand(...words)).toMatchObject({
      code: 0,
      text: expect.stringContaining('estate-energy.json'),
    });
    const files = (await readdir(folder.path, { recursive: true, withFileTypes: true })).filter((entry) =>
      entry.isFile(),
    );
    const contents = () => Promise.all(files.map(({ parentPath, name }) => readFile(join(parentPath, name), 'utf8')));
    const first = await contents();
    expect(files.map(({ name }) => name).filter((name) => name.endsWith('.yaml')).length).toBe(2);
    expect(first.join('\n')).toContain('db.example:8086');
    expect(first.join('\n')).not.toContain('geheim');
    await polisgridCommand(...words);
    expect(await contents()).toEqual(first);
  });

  it('asks for the folder when none is named', async () => {
    expect(await polisgridCommand('grafana', 'export')).toMatchObject({
      code: 2,
      text: expect.stringContaining('DIR'),
    });
  });
});
