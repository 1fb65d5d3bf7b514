import { createServer, type RequestListener, type Server } from 'node:http';
import { createServer as createSecureServer } from 'node:https';
import { createWebSocketStream, WebSocketServer } from 'ws';
import { createDoor, HANDSHAKE_WITHIN_MS, SOCKETS, type Door, type DoorDeps, type Place } from './door.ts';
import { createSecuredDoor, TLS_SOCKETS, type TlsOptions } from './tls.ts';

export const WEBSOCKET_PATH = '/mqtt';

/** The subprotocol (MQTT 3.1.1 §6), and its name before that. */
const SPOKEN = ['mqtt', 'mqttv3.1'];
/** A frame may hold several packets, or a part of one. */
const MOST_IN_A_FRAME = 512 * 1024;
const TIMEOUTS = { headersTimeout: HANDSHAKE_WITHIN_MS, requestTimeout: HANDSHAKE_WITHIN_MS };

const decline: RequestListener = (_request, response) => {
  response
    .writeHead(426, { Connection: 'close', Upgrade: 'websocket' })
    .end(`This port speaks MQTT over WebSocket at ${WEBSOCKET_PATH}.`);
};

/** MQTT over WebSocket. */
export function createWebSocketDoor(deps: DoorDeps, place: Place): Door {
  const server = createServer({ ...SOCKETS, ...TIMEOUTS }, decline);
  speakMqtt(server, deps);
  return createDoor(server, 'MQTT over WebSocket', { ...place, log: deps.log });
}

/** MQTT over WebSocket behind TLS; a client certificate counts here as on the port for MQTT over TLS. */
export function createSecureWebSocketDoor(deps: DoorDeps, options: TlsOptions & Place): Door {
  const server = createSecureServer({ ...TLS_SOCKETS, ...TIMEOUTS }, decline);
  speakMqtt(server, deps);
  return createSecuredDoor(server, 'MQTT over WebSocket with TLS', { ...options, log: deps.log });
}

function speakMqtt(server: Server, { log, enter }: DoorDeps): void {
  const sockets = new WebSocketServer({
    server,
    path: WEBSOCKET_PATH,
    maxPayload: MOST_IN_A_FRAME,
    perMessageDeflate: false,
    handleProtocols: (offered) => SPOKEN.find((name) => offered.has(name)) ?? false,
  });
  sockets.on('connection', (socket, request) => {
    // Data are binary, and the subprotocol is agreed on [MQTT-6.0.0-1, MQTT-6.0.0-3].
    if (!SPOKEN.includes(socket.protocol)) return socket.close(1002, 'Offer the subprotocol mqtt.');
    socket.on('message', (_data, isBinary) => {
      if (!isBinary) socket.terminate();
    });
    const stream = createWebSocketStream(socket);
    stream.on('error', (error) => log.debug({ error: error.message }, 'An MQTT WebSocket failed.'));
    enter(stream, request.socket);
  });
  sockets.on('error', (error) => log.error({ error: error.message }, 'MQTT over WebSocket failed.'));
}
