import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import pg from 'pg';
import { pathOf } from './programs.ts';
import { startServer, type TestServer } from './server.ts';

export interface PostgresServer extends TestServer {
  /** `postgres://…` of a database that is there from the start. */
  readonly url: string;
  /** Makes another database, and returns its `postgres://…`. */
  createDatabase(name: string): Promise<string>;
}

/** PostgreSQL with one superuser `polisgrid` and no password. It refuses to run as root, so it then runs as `postgres`. */
export async function startPostgres(): Promise<PostgresServer> {
  const user = process.getuid?.() === 0 ? accountOf('postgres') : undefined;
  const server = await startServer({
    name: 'postgres',
    program: pathOf('postgres'),
    user,
    // "Fast": sessions are cut off. SIGTERM would wait for them.
    stopSignal: 'SIGINT',
    async prepare({ folder, port }) {
      const data = join(folder, 'data');
      execFileSync(
        pathOf('initdb'),
        ['-D', data, '-U', 'polisgrid', '--auth=trust', '--encoding=UTF8', '--locale=C', '--no-sync'],
        { cwd: folder, stdio: ['ignore', 'ignore', 'pipe'], ...user },
      );
      const settings = ['unix_socket_directories=', 'fsync=off', 'listen_addresses=127.0.0.1', `port=${port}`];
      return ['-D', data, ...settings.flatMap((setting) => ['-c', setting])];
    },
    answers: (port) => ask(port, 'SELECT 1').then(() => true),
  });
  return Object.assign(server, {
    url: urlOf(server.port),
    async createDatabase(name: string) {
      await ask(server.port, `CREATE DATABASE "${name}"`);
      return urlOf(server.port, name);
    },
  });
}

const urlOf = (port: number, database = 'postgres') => `postgres://polisgrid@127.0.0.1:${port}/${database}`;

async function ask(port: number, statement: string): Promise<void> {
  const client = new pg.Client({ connectionString: urlOf(port) });
  await client.connect();
  await client.query(statement);
  await client.end();
}

function accountOf(name: string): { uid: number; gid: number } {
  const numberOf = (option: string) => Number(execFileSync('id', [option, name], { encoding: 'utf8' }));
  return { uid: numberOf('-u'), gid: numberOf('-g') };
}
