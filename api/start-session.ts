import { newSessionId, type Charging, type Session, type StartRequest } from '#charging/index.ts';
import { messageOf, PolisError } from '#estate/errors.ts';
import type { Ground } from '#estate/ground.ts';
import { DAY, SECOND } from '#estate/units.ts';
import type { OcppServer } from '#ocpp-server/index.ts';
import type { Records } from '#storage/records.ts';
import type { SecretBox } from '#storage/secrets.ts';
import { knownCharger } from './known-chargers.ts';
import { claimStart } from './records.ts';

/** For how long a driver is kept waiting for the charger's own answer to a start. */
const PATIENCE_MS = 10 * SECOND;
const GUEST_TOKEN_MS = DAY;
const CLAIM_MS = DAY;

export interface StartOrder {
  charger: string;
  evse: number;
  connector?: number | undefined;
  /** Absent: a guest token is made. */
  token?: string | undefined;
}

/** An order that may come twice: the same key is the same start (draft-ietf-httpapi-idempotency-key-header). */
export interface Claim {
  key: string;
  /** Whose key it is: the same text from another is another key. */
  by: string;
}

interface StartDeps {
  stores: { records: Records };
  parts: { charging: Charging; ocpp: OcppServer };
  secrets: SecretBox;
  ground: Ground;
}

/**
 * Asks a charger to begin, and notes it first, so that the session can be followed by one id whatever comes of it.
 *
 * @throws PolisError `not-found` for an unknown charger or EVSE; `offline`; `conflict` as `claimStart`.
 */
export async function startSession(deps: StartDeps, order: StartOrder, claim: Claim | null): Promise<Session> {
  const { parts, ground } = deps;
  const { session: id, fresh } = await claimId(deps, order, claim);
  const known = fresh ? null : await startedBefore(deps, id);
  if (known) return known;

  const { station, protocol, connector } = await findEvse(deps, order);
  const request: StartRequest = {
    id,
    charger: { id: station.id, site: station.site, synthetic: station.synthetic },
    evse: order.evse,
    connector,
    token: order.token ?? (await makeGuestToken(deps)),
    protocol,
    at: ground.clock.now(),
  };
  await parts.charging.startRequested(request);
  const patience = new AbortController();
  await Promise.race([sendStart(deps, request), ground.clock.sleep(PATIENCE_MS, patience.signal)]);
  patience.abort();
  const session = await parts.charging.session(id);
  if (!session) throw new PolisError('internal', `The session ${id} was asked for and is not there.`);
  return session;
}

async function findEvse(deps: StartDeps, { charger, evse, connector }: StartOrder) {
  const station = await knownCharger(deps, charger);
  if (!station) throw new PolisError('not-found', `There is no charger ${charger}.`);
  const connection = deps.parts.ocpp.connectionOf(charger);
  if (!connection) throw new PolisError('offline', `${charger} is not connected; choose another or try again later.`);
  const plugs = station.connectors.filter((plug) => plug.evse === evse);
  const plug = connector === undefined ? plugs[0] : plugs.find((one) => one.connector === connector);
  // A charger that has not yet reported its connectors may still be asked.
  if (!plug && station.connectors.length > 0) {
    const which = connector === undefined ? `EVSE ${evse}` : `connector ${connector} on EVSE ${evse}`;
    throw new PolisError('not-found', `${charger} has no ${which}.`);
  }
  return { station, protocol: connection.protocol, connector: plug?.connector ?? connector ?? 1 };
}

async function claimId({ stores, secrets, ground }: StartDeps, order: StartOrder, claim: Claim | null) {
  const session = newSessionId(ground);
  if (!claim) return { session, fresh: true };
  const at = ground.clock.now();
  return stores.records.run(claimStart, {
    keyMac: secrets.macOf(`start:${claim.by}:${claim.key}`),
    bodyMac: secrets.macOf(JSON.stringify([order.charger, order.evse, order.connector, order.token])),
    session,
    at,
    lapsedBefore: at - CLAIM_MS,
  });
}

/** The session of a key that was used before. Null when the one who used it never came as far as the charger. */
async function startedBefore({ parts, ground }: StartDeps, id: string): Promise<Session | null> {
  for (let tries = 0; tries < 20; tries++) {
    const session = await parts.charging.session(id);
    if (session) return session;
    await ground.clock.sleep(SECOND / 10);
  }
  return null;
}

async function makeGuestToken({ parts, ground }: StartDeps): Promise<string> {
  const token = `GUEST${ground.random.text(15).toUpperCase()}`;
  const expiresAt = ground.clock.now() + GUEST_TOKEN_MS;
  await parts.charging.putToken({ token, type: 'Central', status: 'accepted', expiresAt });
  return token;
}

/** Sends the start and notes a refusal. Never throws: it goes on after the driver was answered. */
async function sendStart({ parts, ground }: StartDeps, { id, charger, evse, connector, token }: StartRequest) {
  const failed = (reason: string) => parts.charging.startFailed(id, reason, ground.clock.now());
  try {
    const result = await parts.ocpp.command(charger.id, { command: 'start', token, evse, connector });
    // Unknown: it may have begun all the same; what the charger reports next decides.
    if (result.outcome !== 'accepted' && result.outcome !== 'unknown') await failed(result.outcome);
  } catch (error) {
    ground.log.warn(
      { session: id, charger: charger.id, error: messageOf(error) },
      'A start did not reach its charger.',
    );
    await failed(error instanceof PolisError ? error.code : 'failed').catch((defect: unknown) =>
      ground.log.error({ session: id, error: messageOf(defect) }, 'A failed start could not be noted.'),
    );
  }
}
