import { createServer } from 'node:net';
import { once } from 'node:events';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { polisgridCommand } from '../platform/command.ts';
import { eventually } from '../platform/http.ts';
import { startProcess } from '../platform/process.ts';
import { temporaryFolder } from '../platform/temporary-folder.ts';

describe('Starting', () => {
  it('names the port that is busy', async () => {
    await using folder = await temporaryFolder();
    const other = createServer().listen(0, '127.0.0.1');
    await once(other, 'listening');
    const address = other.address();
    const port = String(typeof address === 'object' ? address?.port : 0);
    for (const flag of ['--http-port', '--ocpp-port', '--mqtt-port']) {
      const others = ['--http-port', '--ocpp-port', '--mqtt-port']
        .filter((one) => one !== flag)
        .flatMap((one) => [one, '0']);
      const { code, text } = await polisgridCommand(
        'start',
        '--data',
        folder.path,
        '--demo',
        'off',
        '--log',
        '-',
        flag,
        port,
        ...others,
      );
      expect(text).toContain(port);
      expect(text).not.toContain('    at ');
      expect(code).toBe(2);
    }
    other.close();
  });

  it('refuses a data folder that another process works in', async () => {
    await using folder = await temporaryFolder();
    await using first = await startProcess({ data: folder.path, flags: ['--demo', 'off'] });
    const { code, text } = await polisgridCommand(
      'start',
      '--data',
      folder.path,
      '--http-port',
      '0',
      '--ocpp-port',
      '0',
      '--mqtt-port',
      '0',
    );
    expect(text).toContain(`Another polisgrid is at work in ${folder.path}`);
    expect(code).toBe(1);
    expect((await first.admin.get('/health')).status).toBe(200);
  });

  it.each(['SIGINT', 'SIGKILL'])('leaves no simulated estate behind when it ends by %s', async (signal) => {
    await using folder = await temporaryFolder();
    const polisgrid = await startProcess({ data: folder.path, flags: ['--demo', 'on', '--demo-sites', '1'] });
    const [field] = await childrenOf(polisgrid.pid);
    expect(isAlive(field)).toBe(true);
    await (signal === 'SIGKILL' ? polisgrid.kill() : polisgrid.stop());
    await eventually(
      () => Promise.resolve(isAlive(field)),
      (alive) => !alive,
    );
  });

  it('shows each setting and where it comes from', async () => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, 'polisgrid.yaml');
    await writeFile(file, 'mqttPort: 2883\n');
    const { code, text } = await polisgridCommand('config', 'check', '--config', file, '--http-port', '81');
    expect(text).toMatch(/httpPort +81 +from --http-port/);
    expect(text).toMatch(new RegExp(`mqttPort +2883 +from ${file}`));
    expect(text).toMatch(/ocppPort +9220 +from default/);
    expect(code).toBe(0);
    expect(await polisgridCommand('config', 'check', '--http-port', 'x', '--demo', 'y')).toMatchObject({
      code: 2,
      text: expect.stringMatching(/--http-port[^]*--demo/),
    });
  });
});

async function childrenOf(pid: number): Promise<number[]> {
  const text = await readFile(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return text.trim().split(' ').map(Number);
}

function isAlive(pid: number | undefined): boolean {
  try {
    return pid !== undefined && process.kill(pid, 0);
  } catch {
    return false;
  }
}
