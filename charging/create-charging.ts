import type { Cancel } from '#estate/clock.ts';
import { messageOf } from '#estate/errors.ts';
import type { ChargingFact } from '#estate/fact.ts';
import { createFeed } from '#estate/feed.ts';
import type { Ground } from '#estate/ground.ts';
import { MINUTE } from '#estate/units.ts';
import type { Records } from '#storage/records.ts';
import { keepConnector } from './connectors.ts';
import type { Charging } from './index.ts';
import { keepReport } from './ledger.ts';
import { newSessionId, newTransactions } from './new-ids.ts';
import { activeSessions, getSession, listSessions, transactionOn } from './sessions.ts';
import { failStart, lapseStarts, noteStart } from './start-requests.ts';
import { forgetConnections, getStation, listStations, noteBoot, noteReachable } from './stations.ts';
import { authorize, getToken, listTokens, putToken } from './tokens.ts';

/**
 * The business of charging over its records: each method is one unit of work, and what came of it is told once it is
 * committed.
 */
export function createCharging({ records, ground }: { records: Records; ground: Ground }): Charging {
  const facts = createFeed<ChargingFact>((error) =>
    ground.log.error({ error: messageOf(error) }, 'A listener to the facts of charging failed.'),
  );
  const tell = (happened: readonly ChargingFact[]) => happened.forEach((fact) => facts.publish(fact));
  const lapse = async () => {
    try {
      tell(await records.run(lapseStarts, ground.clock.now()));
    } catch (error) {
      ground.log.warn({ error: messageOf(error) }, 'Starts without an answer could not be looked through.');
    }
  };
  let cancel: Cancel = () => {};
  return {
    facts,
    stop: () => cancel(),
    booted: (charger, boot, at) => records.run(noteBoot, { charger, boot, at }),
    reachable: async (charger, online, at) => tell(await records.run(noteReachable, { charger, online, at })),
    async start() {
      await records.run(forgetConnections, null);
      await lapse();
      cancel = ground.clock.every(MINUTE, () => void lapse());
    },
    connectorChanged: async (charger, report) =>
      tell(await records.run(keepConnector, { charger, report, heardAt: ground.clock.now() })),
    authorize: (token, at) => records.run(authorize, { token, at }),
    async reported(report) {
      const fresh = { session: newSessionId(ground), transactions: newTransactions(ground) };
      const { verdict, facts: happened } = await records.run(keepReport, { report, ...fresh });
      tell(happened);
      return verdict;
    },
    transactionOn: (charger, evse) => records.run(transactionOn, { charger, evse }),
    startRequested: (request) => records.run(noteStart, request),
    startFailed: async (id, reason, at) => tell(await records.run(failStart, { id, reason, at })),
    station: (id) => records.run(getStation, id),
    stations: (query) => records.run(listStations, query),
    session: (id) => records.run(getSession, id),
    sessions: (query) => records.run(listSessions, query),
    activeSessions: (query) => records.run(activeSessions, query),
    putToken: (token) => records.run(putToken, token),
    token: (token) => records.run(getToken, token),
    tokens: (query) => records.run(listTokens, query),
  };
}
