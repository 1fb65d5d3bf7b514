import { once } from 'node:events';
import { WebSocket } from 'ws';

/** For tests: the other end of OCPP 1.6, a charger of few words. */
export interface SpecimenCharger extends AsyncDisposable {
  /** Calls the server; resolves with its answer. */
  call(action: string, payload: object): Promise<Record<string, unknown>>;
  /** What the server asked so far, and was answered as `answers` says. */
  asked: { action: string; payload: Record<string, unknown> }[];
}

/** Connects, boots and reports its connectors available. */
export async function plugIn(
  url: string,
  charger: { id: string; secret: string; connectors: number; answers: Record<string, object> },
): Promise<SpecimenCharger> {
  const { id, secret, connectors, answers } = charger;
  const authorization = `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`;
  const socket = new WebSocket(`${url}/${id}`, 'ocpp1.6', { headers: { authorization } });
  const waiting = new Map<string, (answer: Record<string, unknown>) => void>();
  const asked: SpecimenCharger['asked'] = [];
  let lastId = 0;

  socket.on('message', (data: Buffer) => {
    const [type, messageId, ...rest] = JSON.parse(data.toString()) as [number, string, ...never[]];
    if (type !== 2) return waiting.get(messageId)?.(rest[0] ?? {});
    const [action, payload] = rest as unknown as [string, Record<string, unknown>];
    asked.push({ action, payload });
    socket.send(JSON.stringify([3, messageId, answers[action] ?? {}]));
  });
  const call: SpecimenCharger['call'] = (action, payload) =>
    new Promise((resolve) => {
      const messageId = String(++lastId);
      waiting.set(messageId, resolve);
      socket.send(JSON.stringify([2, messageId, action, payload]));
    });

  await once(socket, 'open');
  await call('BootNotification', { chargePointVendor: 'Polis', chargePointModel: 'Duo' });
  for (let connectorId = 1; connectorId <= connectors; connectorId++) {
    await call('StatusNotification', { connectorId, errorCode: 'NoError', status: 'Available' });
  }
  return {
    call,
    asked,
    async [Symbol.asyncDispose]() {
      socket.close();
      if (socket.readyState !== WebSocket.CLOSED) await once(socket, 'close');
    },
  };
}
