import { once } from 'node:events';
import { WebSocket } from 'ws';
import { z } from 'zod';

/** For tests: the other end of OCPP 1.6, a charger of few words. */
export interface SpecimenCharger extends AsyncDisposable {
  /** Calls the server; resolves with its answer. */
  call(action: string, payload: object): Promise<Record<string, unknown>>;
  /** What the server asked so far, and was answered as `answers` says. */
  asked: { action: string; payload: Record<string, unknown> }[];
}

const anyPayload = z.record(z.string(), z.unknown());
/** A call, or the answer to one; an error is none that it expects. */
const anyFrame = z.union([
  z.tuple([z.literal(2), z.string(), z.string(), anyPayload]),
  z.tuple([z.literal(3), z.string(), anyPayload]),
]);

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
    const frame = anyFrame.parse(JSON.parse(data.toString()));
    const [type, messageId] = frame;
    if (type === 3) return waiting.get(messageId)?.(frame[2]);
    const [, , action, payload] = frame;
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
