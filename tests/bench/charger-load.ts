import { once } from 'node:events';
import { WebSocket } from 'ws';

/**
 * A crowd of chargers over raw sockets, in a process of its own. It storms a server (TCP, WebSocket, Basic auth, Boot,
 * Status, all at once), says how long that took, then stays: each charger sends a Heartbeat now and then.
 */
export interface LoadOrder {
  url: string;
  first: number;
  chargers: number;
  secret: string;
  heartbeatS: number;
}

export type LoadNews =
  | { kind: 'stormed'; ms: number; failures: string[] }
  | { kind: 'standing'; open: number; answered: number; closedCodes: Record<string, number> };

export const identityOf = (index: number) => `BENCH-${String(index).padStart(5, '0')}`;

const boot = '[2,"boot","BootNotification",{"chargePointVendor":"Bench","chargePointModel":"Raw"}]';
const status = '[2,"status","StatusNotification",{"connectorId":1,"errorCode":"NoError","status":"Available"}]';

process.once('message', (order: LoadOrder) => void run(order));

async function run(order: LoadOrder): Promise<void> {
  const began = process.hrtime.bigint();
  const indices = Array.from({ length: order.chargers }, (_, offset) => order.first + offset);
  const results = await Promise.allSettled(indices.map((index) => arrive(order, index)));
  const ms = Number(process.hrtime.bigint() - began) / 1e6;
  const failures = results.flatMap((result) => (result.status === 'rejected' ? [String(result.reason)] : []));
  tell({ kind: 'stormed', ms, failures });

  const sockets = results.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  const standing = { answered: 0, closedCodes: {} as Record<string, number> };
  for (const socket of sockets) {
    socket.on('message', () => standing.answered++);
    socket.on('close', (code) => (standing.closedCodes[code] = (standing.closedCodes[code] ?? 0) + 1));
  }
  for (const [index, socket] of sockets.entries()) {
    const beat = () => socket.readyState === WebSocket.OPEN && socket.send('[2,"beat","Heartbeat",{}]');
    setTimeout(
      () => (beat(), setInterval(beat, order.heartbeatS * 1_000)),
      (order.heartbeatS * 1_000 * index) / sockets.length,
    );
  }
  process.on('message', () => {
    const open = sockets.filter(({ readyState }) => readyState === WebSocket.OPEN).length;
    tell({ kind: 'standing', open, ...standing });
  });
}

async function arrive({ url, secret }: LoadOrder, index: number): Promise<WebSocket> {
  const identity = identityOf(index);
  const socket = new WebSocket(`${url}/${identity}`, ['ocpp1.6'], {
    headers: { authorization: `Basic ${Buffer.from(`${identity}:${secret}`).toString('base64')}` },
    perMessageDeflate: false,
    handshakeTimeout: 60_000,
  });
  await once(socket, 'open');
  for (const call of [boot, status]) {
    socket.send(call);
    const [answer] = (await once(socket, 'message')) as [Buffer];
    if (!answer.toString().startsWith('[3,')) throw new Error(`${identity}: ${answer.toString()}`);
  }
  return socket;
}

function tell(news: LoadNews): void {
  process.send?.(news);
}
