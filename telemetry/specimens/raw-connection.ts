import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { generate } from 'mqtt-packet';
import { secretOf } from './test-bed.ts';

/** The CONNECT with which the meter of the test bed signs in. */
export function connectPacket(clientId = 'raw'): Buffer {
  return generate({
    cmd: 'connect',
    clientId,
    protocolId: 'MQTT',
    protocolVersion: 4,
    clean: true,
    keepalive: 0,
    username: 'meter',
    password: Buffer.from(secretOf('meter')),
  });
}

/** A connection on which nothing was said yet. */
export async function openSocket(port: number): Promise<Socket> {
  const socket = connect(port, '127.0.0.1').on('error', () => undefined);
  await once(socket, 'connect');
  return socket;
}

/** A connection that has signed in as the meter, and may send whatever bytes it likes. */
export async function signedInSocket(port: number): Promise<Socket> {
  const socket = await openSocket(port);
  socket.write(connectPacket());
  await once(socket, 'data');
  return socket;
}

/** Resolves when the connection has ended. To be asked for before what ends it. */
export function closing(socket: Socket): Promise<void> {
  return new Promise((resolve) => socket.once('close', () => resolve()));
}
