import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { pathOf } from './programs.ts';
import { listens, startServer, type TestServer } from './server.ts';

export interface NatsServer extends TestServer {
  /** `mqtt://127.0.0.1:port` */
  readonly url: string;
}

/** A NATS server that speaks MQTT 3.1.1 and lets everybody in. */
export async function startNats(): Promise<NatsServer> {
  const server = await startServer({
    name: 'nats-server',
    program: pathOf('nats-server'),
    async prepare({ folder, port }) {
      const file = join(folder, 'nats.conf');
      await writeFile(file, configuration(folder, port));
      return ['-c', file];
    },
    answers: listens,
  });
  return Object.assign(server, { url: `mqtt://127.0.0.1:${server.port}` });
}

/**
 * Its MQTT keeps sessions in JetStream, which wants a name and a place. What was not acknowledged it sends again after a
 * time (30 s unless told), and not when its client comes back.
 */
function configuration(folder: string, port: number): string {
  return `
server_name: polisgrid
listen: "127.0.0.1:-1"
jetstream { store_dir: "${folder}/store" }
mqtt { listen: "127.0.0.1:${port}", ack_wait: "2s", max_ack_pending: 1000 }
`;
}
