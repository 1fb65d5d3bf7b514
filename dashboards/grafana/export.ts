import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { stringify } from 'yaml';
import { dataSourceOf, type InfluxAccess } from './data-source.ts';
import { DASHBOARDS } from './list.ts';

export interface ExportOptions extends InfluxAccess {
  /** Where Grafana finds the dashboards; the folder that is written unless told, for Grafana in a container. */
  dashboardsPath?: string;
}

/** The variable of Grafana's environment that holds the password. */
const PASSWORD_VARIABLE = 'POLISGRID_INFLUX_PASSWORD';
const DATA_SOURCES = 'provisioning/datasources/polisgrid.yaml';

/**
 * Writes a folder for Grafana's provisioning: `provisioning/` for GF_PATHS_PROVISIONING and `dashboards/`. The same
 * options give the same bytes.
 *
 * @returns the files written.
 * @throws PolisError `config` when the series URL cannot be read.
 */
export async function exportGrafana(folder: string, options: ExportOptions): Promise<string[]> {
  const dashboardsPath = options.dashboardsPath ?? resolve(folder, 'dashboards');
  const files = new Map<string, string>([
    [DATA_SOURCES, dataSources(options)],
    ['provisioning/dashboards/polisgrid.yaml', dashboardProviders(dashboardsPath)],
  ]);
  for (const [name, dashboard] of Object.entries(DASHBOARDS)) {
    files.set(`dashboards/${name}.json`, `${JSON.stringify(dashboard, null, 2)}\n`);
  }
  for (const [file, content] of files) {
    const path = join(folder, file);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
    if (file === DATA_SOURCES) await chmod(path, options.password === undefined ? 0o644 : 0o600);
  }
  return [...files.keys()].map((file) => join(folder, file));
}

function dataSources({ password, ...access }: InfluxAccess): string {
  const { user, ...source } = dataSourceOf(access);
  const login =
    user === undefined
      ? {}
      : {
          user: literal(user),
          secureJsonData: { password: password === undefined ? `$${PASSWORD_VARIABLE}` : literal(password) },
        };
  const jsonData = { ...source.jsonData, dbName: literal(source.jsonData.dbName) };
  return stringify({ apiVersion: 1, datasources: [{ ...source, ...login, jsonData, editable: false }] });
}

function dashboardProviders(path: string): string {
  const provider = {
    name: 'polisgrid',
    type: 'file',
    folder: 'polisgrid',
    folderUid: 'polisgrid',
    allowUiUpdates: false,
    options: { path: literal(path) },
  };
  return stringify({ apiVersion: 1, providers: [provider] });
}

/** Grafana replaces `$NAME` in these files by its environment; a dollar that is meant is written twice. */
function literal(text: string): string {
  return text.replaceAll('$', '$$$$');
}
