import { createServer } from 'node:net';
import { createDoor, SOCKETS, type Door, type DoorDeps, type Place } from './door.ts';

/** MQTT over TCP. */
export function createPlainDoor({ log, enter }: DoorDeps, place: Place): Door {
  const server = createServer(SOCKETS, (socket) => enter(socket, socket));
  return createDoor(server, 'MQTT', { ...place, log });
}
