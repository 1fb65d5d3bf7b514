import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { userInfo } from 'node:os';
import { pathOf } from './programs.ts';
import { listens, startServer, type TestServer } from './server.ts';

export interface MosquittoServer extends TestServer {
  /** `mqtt://127.0.0.1:port` */
  readonly url: string;
}

/** A mosquitto broker that lets everybody in, unless more lines of its configuration say otherwise. */
export async function startMosquitto({ configuration = ['allow_anonymous true'] } = {}): Promise<MosquittoServer> {
  const server = await startServer({
    name: 'mosquitto',
    program: pathOf('mosquitto'),
    async prepare({ folder, port }) {
      const file = join(folder, 'mosquitto.conf');
      const lines = [`listener ${port} 127.0.0.1`, `user ${userInfo().username}`, ...configuration];
      await writeFile(file, `${lines.join('\n')}\n`);
      return ['-c', file];
    },
    answers: listens,
  });
  return Object.assign(server, { url: `mqtt://127.0.0.1:${server.port}` });
}
