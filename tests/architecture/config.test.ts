import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadConfig, simulatedTimeOf } from '../../config.ts';
import { temporaryFolder } from '../platform/temporary-folder.ts';

const load = (flags: string[], environment: Record<string, string> = {}) => loadConfig({ flags, environment });
const faultOf = (flags: string[], environment: Record<string, string> = {}) => {
  try {
    load(flags, environment);
  } catch (error) {
    return error instanceof Error ? error.message : '';
  }
  return 'no fault';
};

describe('the configuration', () => {
  it('needs nothing', () => {
    expect(load([]).config).toMatchObject({
      host: '127.0.0.1',
      httpPort: 8080,
      ocppPort: 9220,
      mqttPort: 1883,
      demo: 'auto',
    });
  });

  it('takes a flag over the environment over the file over the default, and says so', async () => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, 'p.yaml');
    await writeFile(file, 'httpPort: 1\nocppPort: 2\nmqttPort: 3\n');
    const { config, origins } = load(['--config', file, '--http-port', '11'], {
      POLISGRID_HTTP_PORT: '21',
      POLISGRID_OCPP_PORT: '22',
    });
    expect([config.httpPort, config.ocppPort, config.mqttPort]).toEqual([11, 22, 3]);
    const from = (name: string) => origins.find((one) => one.name === name)?.origin;
    expect([from('httpPort'), from('ocppPort'), from('mqttPort'), from('host')]).toEqual([
      '--http-port',
      'POLISGRID_OCPP_PORT',
      `${file}, mqttPort`,
      'default',
    ]);
  });

  it('lists all faults at once, each with its place', () => {
    const fault = faultOf(['--http-port', '99999', '--demo', 'maybe'], {
      POLISGRID_MQTT_PORT: 'abc',
      POLISGRID_SERIES: 'mongo://x',
    });
    for (const part of ['--http-port', '--demo', 'POLISGRID_MQTT_PORT', 'POLISGRID_SERIES'])
      expect(fault).toContain(part);
  });

  it.each([
    [['--nonsense', '1'], '--nonsense'],
    [['--config', 'no-such-file.yaml'], 'no-such-file.yaml'],
    [['word'], 'word'],
  ])('refuses %j', (flags, named) => {
    expect(faultOf(flags)).toContain(named);
  });

  it('takes a simulated time, and refuses what is none', () => {
    const { config } = load(['--simulated-time', '2026-01-15T05:30:00Z x60']);
    expect(simulatedTimeOf(config)).toEqual({ startMs: Date.UTC(2026, 0, 15, 5, 30), speed: 60 });
    expect(simulatedTimeOf(load([]).config)).toBeNull();
    for (const wrong of ['2026-01-15T05:30:00Z', '2026-13-15T05:30:00Z x60', 'now x2', '2026-01-15T05:30:00Z x0'])
      expect(faultOf(['--simulated-time', wrong]), wrong).toContain('2026-05-01T08:00:00Z x60');
  });

  it('names a setting of the file that does not exist', async () => {
    await using folder = await temporaryFolder();
    const file = join(folder.path, 'p.yaml');
    await writeFile(file, 'htpPort: 1\n');
    expect(faultOf(['--config', file])).toContain('"htpPort"');
  });

  it('shows no password and no key', () => {
    const { origins, warnings } = load(['--records', 'postgres://me:ge:h@eim@db/polis', '--admin-key', 'kurz'], {
      POLISGRID_HTPP: '1',
    });
    expect(JSON.stringify(origins)).not.toMatch(/eim|kurz/);
    expect(warnings).toHaveLength(2);
  });
});
