import { createServer } from 'node:net';
import { Aedes } from 'aedes';

/** The limit to compare with: the same broker, which checks and keeps nothing. */
const aedes = await Aedes.createBroker();
const server = createServer({ noDelay: true }, (socket) => void aedes.handle(socket));
server.listen({ port: 0, host: '127.0.0.1', backlog: 4_096 }, () => {
  const address = server.address();
  if (typeof address === 'object' && address) process.send?.({ port: address.port });
});
