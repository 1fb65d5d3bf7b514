import type { RecordsModule } from '#storage/records.ts';
import { installedCertificateUnits } from './certificates/installed.ts';
import { ownCertificateUnits } from './certificates/own.ts';
import { certificateMigrations } from './certificates/tables.ts';
import { securityEventMigrations, securityEventUnits } from './security-events.ts';
import { registrationUnits } from './boot/registrations.ts';
import { registrationMigrations } from './boot/tables.ts';
import { customerReportUnits } from './customer-information/reports.ts';
import { customerReportMigrations } from './customer-information/tables.ts';
import { displayUnits } from './display/displays.ts';
import { displayMigrations } from './display/tables.ts';
import { jobUnits } from './jobs/jobs.ts';
import { jobMigrations } from './jobs/tables.ts';
import { monitoringUnits } from './monitoring/monitoring.ts';
import { monitoringMigrations } from './monitoring/tables.ts';
import { keepConnector } from './connectors.ts';
import { keepReport } from './ledger.ts';
import { deviationUnits } from './deviations/kept.ts';
import { quirkUnits } from './deviations/quirks.ts';
import { deviationMigrations } from './deviations/tables.ts';
import { orderUnits } from './orders/orders.ts';
import { orderMigrations } from './orders/tables.ts';
import { reconciliationMigrations } from './reconciliation/tables.ts';
import { reconciliationUnits } from './reconciliation/units.ts';
import { activeSessions, getSession, listSessions, transactionOn } from './session-queries.ts';
import { failStart, lapseStarts, noteStart } from './start-requests.ts';
import { forgetConnections, getStation, listStations, noteBoot, noteReachable } from './stations.ts';
import { migrations } from './tables.ts';
import { authorize, getToken, listTokens, putToken } from './tokens.ts';
import { costUnits } from './cost/costs.ts';
import { costMigrations } from './cost/tables.ts';
import { localListUnits } from './local-lists/local-lists.ts';
import { localListMigrations } from './local-lists/tables.ts';
import { reservationUnits } from './reservations/reservations.ts';
import { reservationMigrations } from './reservations/tables.ts';
import { tokenMigrations } from './tokens/tables.ts';
import { profileUnits } from './profiles/profiles.ts';
import { profileMigrations } from './profiles/tables.ts';
import { variableMigrations } from './variables/tables.ts';
import { variableUnits } from './variables/variables.ts';

/** What charging brings to the records. */
export const records: RecordsModule = {
  room: 'charging',
  migrations: [
    ...migrations,
    ...monitoringMigrations,
    ...jobMigrations,
    ...displayMigrations,
    ...customerReportMigrations,
    ...variableMigrations,
    ...profileMigrations,
    ...orderMigrations,
    ...deviationMigrations,
    ...certificateMigrations,
    ...securityEventMigrations,
    ...registrationMigrations,
    ...reconciliationMigrations,
    ...reservationMigrations,
    ...localListMigrations,
    ...tokenMigrations,
    ...costMigrations,
  ],
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
    ...monitoringUnits,
    ...jobUnits,
    ...displayUnits,
    ...customerReportUnits,
    ...orderUnits,
    ...reconciliationUnits,
    ...registrationUnits,
    ...variableUnits,
    ...profileUnits,
    ...deviationUnits,
    ...quirkUnits,
    ...ownCertificateUnits,
    ...installedCertificateUnits,
    ...securityEventUnits,
    ...reservationUnits,
    ...localListUnits,
    ...costUnits,
  ],
};
