import type { CallOutcome } from './calls.ts';
import { admit, outletAt, stopSession } from './charger.ts';
import { type Controls, type Handler, statusOnly } from './dialect.ts';
import { cache, keyOf, type KnownToken, tokenIn } from './tokens.ts';

/** A card at a reader, and how the central system is asked about it. */
export interface Presented {
  evse: number;
  token: string;
  /** Null while it does not listen. */
  ask: (() => Promise<CallOutcome>) | null;
}

/** Shows a card: it starts a session, or stops one that it or its group began. False when nothing came of it. */
export async function present(controls: Controls, { evse, token, ask }: Presented): Promise<boolean> {
  const { charger } = controls;
  if (outletAt(charger, evse).session?.token === token) {
    stopSession(charger, { evse, reason: 'Local' }, controls.now());
    return true;
  }
  const driver = ask ? known(controls, token, await ask()) : offline(controls, token);
  if (driver?.status !== 'Accepted') return false;
  if (isMaster(controls, driver)) return stopAll(controls, token);
  const { session } = outletAt(charger, evse);
  if (!session) return admit(charger, { evse, driver: { token, group: driver.group } }, controls.now());
  if (session.group === null || session.group !== driver.group) return false;
  stopSession(charger, { evse, reason: 'Local', card: token }, controls.now());
  return true;
}

/** Learns what an answer says of a token. */
export function learn({ tokens, variables }: Controls, token: string, response: unknown): KnownToken | null {
  const told = tokenIn(response);
  if (told && (variables.get('AuthorizationCacheEnabled') ?? 'true') === 'true') cache(tokens, token, told);
  return told;
}

function known(controls: Controls, token: string, outcome: CallOutcome): KnownToken | null {
  if (outcome.kind === 'error') return null;
  return outcome.kind === 'result' ? learn(controls, token, outcome.payload) : offline(controls, token);
}

/**
 * Off line the list decides, then what was once heard; a card of which nothing is known is trusted
 * (AllowOfflineTxForUnknownId): the sale is worth more than the doubt.
 */
function offline(controls: Controls, token: string): KnownToken {
  const { tokens } = controls;
  const found = tokens.list[keyOf(token)] ?? tokens.cache[keyOf(token)];
  if (!found) return { status: 'Accepted', group: null, expiresAt: null };
  return found.expiresAt !== null && found.expiresAt <= controls.now() ? { ...found, status: 'Expired' } : found;
}

/** Whether a card is of the group that stops all sessions (OCPP 2.0.1 use case C16); 1.6 knows none. */
function isMaster({ charger, variables }: Controls, { group }: KnownToken): boolean {
  const master = variables.get('AuthCtrlr.MasterPassGroupId') ?? 'MasterPass';
  return charger.plan.protocol === 'ocpp2.0.1' && group === master;
}

function stopAll(controls: Controls, card: string): boolean {
  const { charger } = controls;
  const running = charger.outlets.filter((outlet) => outlet.session);
  for (const { evse } of running) stopSession(charger, { evse, reason: 'MasterPass', card }, controls.now());
  return running.length > 0;
}

const clearCache: Handler = (_payload, { tokens }) => statusOnly('Accepted', () => void (tokens.cache = {}));

const handlers: Record<string, Handler> = { ClearCache: clearCache };

export const authorization = { v16: handlers, v201: handlers };
