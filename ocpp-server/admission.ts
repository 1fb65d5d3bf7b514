import type { Log } from '#estate/log.ts';
import { refuse, type Knock } from './front.ts';
import { vet, type HandshakeDeps, type Ticket } from './handshake.ts';
import type { Refusals } from './refusals.ts';
import type { Rpc } from './rpc.ts';

export interface AdmissionDeps extends HandshakeDeps {
  refusals: Refusals;
  rpc: Rpc<Ticket>;
  log: Log;
  /** False from the moment the server stops. */
  isOpen(): boolean;
}

/** Lets in who may come in, and turns away who may not. */
export async function admit(knock: Knock, deps: AdmissionDeps): Promise<void> {
  const { identity, remoteAddress, request, socket, head } = knock;
  const { headers } = request;
  const verdict = await vet({ identity, headers, remoteAddress }, deps);
  if (!deps.isOpen()) return refuse(socket, 503);
  if ('status' in verdict) {
    if (verdict.status === 401 && deps.refusals.tooMany(remoteAddress)) return refuse(socket, 429);
    deps.refusals.note({ identity, remoteAddress, reason: verdict.reason });
    deps.log.info({ identity, remoteAddress, reason: verdict.reason }, 'A handshake was refused.');
    return refuse(socket, verdict.status);
  }
  // The library reads these two again, and would stumble over some of what chargers send.
  request.url = `/ocpp/${encodeURIComponent(identity)}`;
  headers['sec-websocket-protocol'] = verdict.protocol;
  await deps.rpc.upgrade(request, socket, { head, ticket: verdict });
}
