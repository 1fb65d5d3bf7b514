import type { Log } from '#estate/log.ts';
import type { Rpc } from '../wire/rpc.ts';
import { refuse, type Knock } from './front.ts';
import { vet, type HandshakeDeps, type Refusal, type Ticket } from './handshake.ts';
import type { Refusals } from './refusals.ts';
import type { Watch } from './sign-in-watch.ts';

export interface AdmissionDeps extends HandshakeDeps {
  refusals: Refusals;
  rpc: Rpc<Ticket>;
  watch: Watch;
  log: Log;
  /** False from the moment the server stops. */
  isOpen(): boolean;
}

/** Lets in who may come in, and turns away who may not. */
export async function admit(knock: Knock, deps: AdmissionDeps): Promise<void> {
  const { identity, remoteAddress, tls, request, socket, head } = knock;
  const { headers } = request;
  const verdict = await vet({ identity, headers, remoteAddress, tls }, deps);
  if (!deps.isOpen()) return refuse(socket, 503);
  if ('status' in verdict) {
    const tooMany = verdict.status === 401 && deps.refusals.tooMany(remoteAddress);
    refuse(socket, tooMany ? 429 : verdict.status);
    return tellOf(verdict, knock, { ...deps, tooMany });
  }
  // The library reads these two again, and would stumble over some of what chargers send.
  request.url = `/ocpp/${encodeURIComponent(identity)}`;
  if (verdict.subprotocol === null) delete headers['sec-websocket-protocol'];
  else headers['sec-websocket-protocol'] = verdict.subprotocol;
  await deps.rpc.upgrade(request, socket, { head, ticket: verdict });
}

function tellOf(
  { status, reason, charger, certificate }: Refusal,
  { identity, remoteAddress }: Knock,
  deps: AdmissionDeps & { tooMany: boolean },
): void {
  // Names that nobody registered must not push those of chargers out of the list.
  if (deps.tooMany && charger === null) return;
  deps.refusals.note({ identity, remoteAddress, reason });
  if (deps.tooMany) return;
  deps.log.info({ identity, remoteAddress, reason }, 'A handshake was refused.');
  if (charger === null || status !== 401) return;
  deps.watch.saw(charger, {
    kind: certificate ? 'CertificateRefused' : 'SignInFailed',
    text: `From ${remoteAddress}: ${reason}.`,
  });
}
