import { PolisError } from '#estate/errors.ts';
import { DATA_SOURCE } from './influxql.ts';

/** How Grafana reaches the InfluxDB in which the series are kept. */
export interface InfluxAccess {
  /** `influx://user:password@host:8086/database`, as polisgrid is told it; another engine or none: the usual InfluxDB of this machine. */
  seriesUrl?: string | undefined;
  /** In clear, where it may be written down; else nothing but a reference to the environment is. */
  password?: string | undefined;
}

/** A data source as Grafana's API and its provisioning know it, but for the password. */
export interface DataSource {
  name: string;
  uid: string;
  type: string;
  access: 'proxy';
  url: string;
  user?: string;
  jsonData: { dbName: string; httpMode: 'POST'; version: 'InfluxQL' };
}

const USUAL = 'influx://127.0.0.1:8086/polisgrid';

/**
 * The data source of all dashboards. The password in the URL is left out.
 *
 * @throws PolisError `config` when the URL cannot be read.
 */
export function dataSourceOf({ seriesUrl }: InfluxAccess): DataSource {
  const text = seriesUrl?.startsWith('influx://') ? seriesUrl : USUAL;
  const url = URL.parse(text);
  if (!url)
    throw new PolisError('config', 'The series URL is not of the form influx://user:password@host:8086/database.');
  return {
    name: 'polisgrid',
    ...DATA_SOURCE,
    access: 'proxy',
    url: `http://${url.hostname}:${url.port || '8086'}`,
    ...(url.username ? { user: decodeURIComponent(url.username) } : {}),
    jsonData: {
      dbName: decodeURIComponent(url.pathname.slice(1)) || 'polisgrid',
      httpMode: 'POST',
      version: 'InfluxQL',
    },
  };
}
