import { createServer } from 'node:http';
import { WebSocketServer } from 'ws';

/** The limit to compare with: a WebSocket server that keeps and checks nothing, and answers every call at once. */
const server = createServer({ noDelay: true });
const sockets = new WebSocketServer({ server, perMessageDeflate: false, clientTracking: false });
const answer = { status: 'Accepted', currentTime: '2026-01-01T00:00:00.000Z', interval: 300 };
sockets.on('connection', (socket) =>
  socket.on('message', (data: Buffer) => {
    const [, id] = JSON.parse(data.toString()) as [number, string];
    socket.send(JSON.stringify([3, id, answer]));
  }),
);
server.listen({ port: 0, host: '127.0.0.1', backlog: 4_096 }, () => {
  const address = server.address();
  if (typeof address === 'object' && address) process.send?.({ port: address.port });
});
