import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathOf } from './programs.ts';
import { startServer, type TestServer } from './server.ts';

export interface InfluxServer extends TestServer {
  /** `influx://user:password@127.0.0.1:port/database`, for the series store. */
  url(database: string): string;
  /** Asks in InfluxQL, as a witness of its own; returns the answer's JSON. */
  ask(database: string, query: string): Promise<unknown>;
  /** Writes lines of the line protocol, their times in ms. */
  write(database: string, lines: string): Promise<void>;
}

/** What a URL would mistake for its own. */
const CREDENTIALS = { user: 'polisgrid', password: 'p@ss/w:rd' };

/**
 * InfluxDB 1.x; with `auth` it knows one administrator and lets nobody else in.
 *
 * @param options.mostDevices of a type that it takes; absent: any number.
 */
export async function startInflux({ auth = false, mostDevices = 0 } = {}): Promise<InfluxServer> {
  const server = await startServer({
    name: 'influxd',
    program: pathOf('influxd'),
    async prepare({ folder, port }) {
      const file = join(folder, 'influxdb.conf');
      await writeFile(file, configuration({ folder, port, auth, mostDevices }));
      return ['-config', file];
    },
    answers: async (port) => (await fetch(`http://127.0.0.1:${port}/ping`)).ok,
  });
  const post = (path: string, body: string | URLSearchParams): Promise<Response> => {
    const { user, password } = CREDENTIALS;
    return fetch(`http://127.0.0.1:${server.port}${path}`, {
      method: 'POST',
      headers: auth ? { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` } : {},
      body,
    });
  };
  const ask = async (database: string, query: string): Promise<unknown> =>
    (await post('/query', new URLSearchParams({ db: database, q: query, epoch: 'ms' }))).json();
  if (auth)
    await ask('', `CREATE USER ${CREDENTIALS.user} WITH PASSWORD '${CREDENTIALS.password}' WITH ALL PRIVILEGES`);
  const login = auth ? `${CREDENTIALS.user}:${encodeURIComponent(CREDENTIALS.password)}@` : '';
  return Object.assign(server, {
    ask,
    async write(database: string, lines: string) {
      const answer = await post(`/write?db=${database}&precision=ms`, lines);
      if (!answer.ok) throw new Error(`InfluxDB refused to write: ${await answer.text()}`);
    },
    url: (database: string) => `influx://${login}127.0.0.1:${server.port}/${database}`,
  });
}

interface Settings {
  folder: string;
  port: number;
  auth: boolean;
  mostDevices: number;
}

function configuration({ folder, port, auth, mostDevices }: Settings): string {
  return `
reporting-disabled = true
bind-address = "127.0.0.1:0"
[meta]
  dir = "${folder}/meta"
[data]
  dir = "${folder}/data"
  wal-dir = "${folder}/wal"
  query-log-enabled = false
  max-values-per-tag = ${mostDevices}
[monitor]
  store-enabled = false
[subscriber]
  enabled = false
[http]
  bind-address = "127.0.0.1:${port}"
  auth-enabled = ${auth}
  log-enabled = false
`;
}
