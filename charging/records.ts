import type { RecordsModule } from '#storage/records.ts';
import { keepConnector } from './connectors.ts';
import { keepReport } from './ledger.ts';
import { activeSessions, getSession, listSessions, transactionOn } from './sessions.ts';
import { failStart, lapseStarts, noteStart } from './start-requests.ts';
import { forgetConnections, getStation, listStations, noteBoot, noteReachable } from './stations.ts';
import { migrations } from './tables.ts';
import { authorize, getToken, listTokens, putToken } from './tokens.ts';

/** What charging brings to the records. */
export const records: RecordsModule = {
  room: 'charging',
  migrations,
  units: [
    noteBoot,
    noteReachable,
    forgetConnections,
    getStation,
    listStations,
    keepConnector,
    keepReport,
    noteStart,
    failStart,
    lapseStarts,
    getSession,
    listSessions,
    activeSessions,
    transactionOn,
    authorize,
    putToken,
    getToken,
    listTokens,
  ],
};
