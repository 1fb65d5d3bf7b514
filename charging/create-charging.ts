import type { Cancel } from '#estate/clock.ts';
import { messageOf } from '#estate/errors.ts';
import type { ChargingFact } from '#estate/fact.ts';
import { createFeed } from '#estate/feed.ts';
import type { Ground } from '#estate/ground.ts';
import { MINUTE } from '#estate/units.ts';
import type { Records } from '#storage/records.ts';
import { keepConnector } from './connectors.ts';
import { createFollowed } from './followed.ts';
import type { Charging } from './index.ts';
import { keepReport } from './ledger.ts';
import { newSessionId, newTransactions } from './new-ids.ts';
import type { Authority } from './certificates/authority.ts';
import { createCertificates } from './certificates/certificates.ts';
import { createSecurityEvents } from './security-events.ts';
import { createQuirks } from './deviations/quirks.ts';
import { createDeviations } from './deviations/tally.ts';
import { createOrders } from './orders/orders.ts';
import { createReconciliation } from './reconciliation/reconciliation.ts';
import { createRegistrations } from './boot/registrations.ts';
import { activeSessions, getSession, listSessions, transactionOn } from './session-queries.ts';
import { failStart, lapseStarts, noteStart } from './start-requests.ts';
import { createPresence, type Presence } from './presence.ts';
import { forgetConnections, getStation, listStations, noteBoot } from './stations.ts';
import { authorize, getToken, listTokens, putToken } from './tokens.ts';
import { createCosts } from './cost/costs.ts';
import { createLocalLists } from './local-lists/local-lists.ts';
import { createReservations } from './reservations/reservations.ts';
import { createProfiles } from './profiles/profiles.ts';
import { createVariables } from './variables/variables.ts';

interface Parts {
  records: Records;
  ground: Ground;
  authority: Authority | null;
  /** Tells what has happened, after its commit. */
  tell: (happened: readonly ChargingFact[]) => void;
}

/**
 * The business of charging over its records: each method is one unit of work, and what came of it is told once it is
 * committed. Without an authority, no certificate is signed.
 */
export function createCharging(deps: { records: Records; ground: Ground; authority?: Authority }): Charging {
  const { records, ground, authority = null } = deps;
  const facts = createFeed<ChargingFact>((error) =>
    ground.log.error({ error: messageOf(error) }, 'A listener to the facts of charging failed.'),
  );
  const tell = (happened: readonly ChargingFact[]) => happened.forEach((fact) => facts.publish(fact));
  const parts: Parts = { records, ground, authority, tell };
  const nouns = createNouns(parts);
  const followed = createFollowed(parts);
  const presence = createPresence(parts);
  const { registrations, reservations, reconciliation, certificates } = nouns;
  const lapse = async () => {
    try {
      tell(await records.run(lapseStarts, ground.clock.now()));
      await reservations.lapse(ground.clock.now());
    } catch (error) {
      const why = { error: messageOf(error) };
      ground.log.warn(why, 'Starts and reservations whose time has passed could not be looked through.');
    }
  };
  let cancel: Cancel = () => {};
  return {
    facts,
    ...nouns,
    ...followed.faces,
    ...createReports(parts, presence),
    ...createQueries(parts, presence),
    async start() {
      presence.forget();
      await records.run(forgetConnections, null);
      await registrations.start();
      await lapse();
      cancel = ground.clock.every(MINUTE, () => void lapse());
      for (const part of [followed, reconciliation, certificates]) part.start();
    },
    stop() {
      cancel();
      for (const part of [followed, reconciliation, certificates]) part.stop();
    },
  };
}

/** The nouns that have a face of their own. */
function createNouns(parts: Parts) {
  return {
    orders: createOrders(parts),
    reconciliation: createReconciliation(parts),
    deviations: createDeviations(parts),
    quirks: createQuirks(parts.records),
    registrations: createRegistrations(parts.records),
    variables: createVariables(parts),
    reservations: createReservations(parts),
    localLists: createLocalLists(parts),
    costs: createCosts(parts),
    profiles: createProfiles(parts),
    certificates: createCertificates(parts),
    securityEvents: createSecurityEvents(parts),
  };
}

type Reports = 'booted' | 'reachable' | 'connectorChanged' | 'authorize' | 'reported' | 'transactionOn';

/** What chargers report, and what is asked of them. */
function createReports(
  { records, ground, tell }: Parts,
  presence: Presence,
): Pick<Charging, Reports | 'startRequested' | 'startFailed'> {
  return {
    booted: (charger, boot, at) => records.run(noteBoot, { charger, boot, at }),
    reachable: (charger, online, at) => presence.reachable(charger, online, at),
    async connectorChanged(charger, report) {
      const heardAt = ground.clock.now();
      tell(await records.run(keepConnector, { charger, report, heardAt }));
      presence.heard(charger, heardAt);
    },
    authorize: (token, at) => records.run(authorize, { token, at }),
    async reported(report) {
      const fresh = { session: newSessionId(ground), transactions: newTransactions(ground) };
      const { verdict, facts: happened } = await records.run(keepReport, { report, ...fresh });
      tell(happened);
      presence.heard(report.charger, report.receivedAt);
      return verdict;
    },
    transactionOn: (charger, evse) => records.run(transactionOn, { charger, evse }),
    startRequested: (request) => records.run(noteStart, request),
    startFailed: async (id, reason, at) => tell(await records.run(failStart, { id, reason, at })),
  };
}

type Questions = 'station' | 'stations' | 'session' | 'sessions' | 'activeSessions';

/** What people ask, and the tokens that they make. */
function createQueries(
  { records }: Parts,
  presence: Presence,
): Pick<Charging, Questions | 'putToken' | 'token' | 'tokens'> {
  return {
    async station(id) {
      const station = await records.run(getStation, id);
      return station && presence.seen(station);
    },
    stations: async (query) => (await records.run(listStations, query)).map((station) => presence.seen(station)),
    session: (id) => records.run(getSession, id),
    sessions: (query) => records.run(listSessions, query),
    activeSessions: (query) => records.run(activeSessions, query),
    putToken: (token) => records.run(putToken, token),
    token: (token) => records.run(getToken, token),
    tokens: (query) => records.run(listTokens, query),
  };
}
