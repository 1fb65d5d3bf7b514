import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { exportGrafana, type ExportOptions } from './index.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'polisgrid-grafana-'));
});
afterEach(() => rm(folder, { recursive: true }));

const INFLUX = 'influx://polis%40grid:s3cr3t@influx.example:8087/estate';
const text = (file: string) => readFile(join(folder, file), 'utf8');
async function exported(options: ExportOptions): Promise<Record<string, string>> {
  const files = await exportGrafana(folder, options);
  const contents = await Promise.all(files.map((file) => readFile(file, 'utf8')));
  return Object.fromEntries(files.map((file, index) => [file.slice(folder.length + 1), contents[index] ?? '']));
}
const dataSource = async (options: ExportOptions): Promise<unknown> => {
  await exportGrafana(folder, options);
  return parse(await text('provisioning/datasources/polisgrid.yaml')) as unknown;
};

describe('grafana export', () => {
  it('writes a data source, a provider and every dashboard, the same bytes each time', async () => {
    const first = await exported({ seriesUrl: INFLUX });
    expect(Object.keys(first)).toEqual([
      'provisioning/datasources/polisgrid.yaml',
      'provisioning/dashboards/polisgrid.yaml',
      'dashboards/estate-energy.json',
    ]);
    expect(await exported({ seriesUrl: INFLUX })).toEqual(first);
    expect(JSON.parse(first['dashboards/estate-energy.json'] ?? '')).toMatchObject({ title: 'Estate energy' });
  });

  it('points Grafana at the series, and at the environment for the password', async () => {
    expect(await dataSource({ seriesUrl: INFLUX })).toEqual({
      apiVersion: 1,
      datasources: [
        {
          name: 'polisgrid',
          uid: 'polisgrid-influxdb',
          type: 'influxdb',
          access: 'proxy',
          url: 'http://influx.example:8087',
          user: 'polis@grid',
          secureJsonData: { password: '$POLISGRID_INFLUX_PASSWORD' },
          jsonData: { dbName: 'estate', httpMode: 'POST', version: 'InfluxQL' },
          editable: false,
        },
      ],
    });
    for (const content of Object.values(await exported({ seriesUrl: INFLUX }))) expect(content).not.toContain('s3cr3t');
  });

  it('writes a password only when it is given for that, for its owner alone to read', async () => {
    expect(await dataSource({ seriesUrl: INFLUX })).toBeTruthy();
    expect(await dataSource({ seriesUrl: INFLUX, password: 'pa$$word' })).toMatchObject({
      datasources: [{ secureJsonData: { password: 'pa$$$$word' } }],
    });
    expect((await stat(join(folder, 'provisioning/datasources/polisgrid.yaml'))).mode & 0o777).toBe(0o600);
  });

  it.each([undefined, 'duckdb'])('takes the usual InfluxDB of this machine for %s', async (seriesUrl) => {
    const found = await dataSource({ seriesUrl });
    expect(found).toMatchObject({ datasources: [{ url: 'http://127.0.0.1:8086', jsonData: { dbName: 'polisgrid' } }] });
    expect(found).not.toHaveProperty(['datasources', 0, 'secureJsonData']);
  });

  it('tells the provider where the dashboards are', async () => {
    await exportGrafana(folder, {});
    const provider = async () => parse(await text('provisioning/dashboards/polisgrid.yaml')) as unknown;
    expect(await provider()).toMatchObject({
      providers: [{ type: 'file', options: { path: join(folder, 'dashboards') } }],
    });
    await exportGrafana(folder, { dashboardsPath: '/srv/dashboards' });
    expect(await provider()).toMatchObject({ providers: [{ options: { path: '/srv/dashboards' } }] });
  });

  it('says what is wrong with a URL without showing it', async () => {
    await expect(exportGrafana(folder, { seriesUrl: 'influx://a:s3cr3t@:x/' })).rejects.toMatchObject({
      code: 'config',
      message: expect.not.stringContaining('s3cr3t'),
    });
  });
});
