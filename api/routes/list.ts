import type { Routes } from '../desk.ts';
import { alarms } from './alarms.ts';
import { asyncapi } from './asyncapi.ts';
import { audit } from './audit.ts';
import { chargerCertificates } from './charger-certificates.ts';
import { chargerCommands } from './charger-commands.ts';
import { chargerCustomerInformation } from './charger-customer-information.ts';
import { chargerDisplayedMessages } from './charger-displayed-messages.ts';
import { chargerEvents } from './charger-events.ts';
import { chargerJobs } from './charger-jobs.ts';
import { chargerLocalList } from './charger-local-list.ts';
import { chargerDeviations } from './charger-deviations.ts';
import { chargerMessages } from './charger-messages.ts';
import { chargerSchedules } from './charger-schedules.ts';
import { chargerSecurity } from './charger-security.ts';
import { chargerMonitors } from './charger-monitors.ts';
import { chargerLimits } from './charger-limits.ts';
import { chargerProfiles } from './charger-profiles.ts';
import { chargerReports } from './charger-reports.ts';
import { chargerVariables } from './charger-variables.ts';
import { chargers } from './chargers.ts';
import { deadLetters } from './dead-letters.ts';
import { deviceCommands } from './device-commands.ts';
import { deviceCredentials } from './device-credentials.ts';
import { devices } from './devices.ts';
import { health } from './health.ts';
import { info } from './info.ts';
import { live } from './live.ts';
import { metrics } from './metrics.ts';
import { openapi } from './openapi.ts';
import { prices } from './prices.ts';
import { quarantine } from './quarantine.ts';
import { reconciliation } from './reconciliation.ts';
import { reservations } from './reservations.ts';
import { seriesExport } from './series-export.ts';
import { series } from './series.ts';
import { sessionEvents } from './session-events.ts';
import { sessions } from './sessions.ts';
import { signIn } from './sign-in.ts';
import { siteBalance } from './site-balance.ts';
import { sites } from './sites.ts';
import { stations } from './stations.ts';
import { tokens } from './tokens.ts';
import { trace } from './trace.ts';
import { users } from './users.ts';

/** Every resource, each a file of this folder. */
export const ROUTES: Record<string, Routes> = {
  info,
  'sign-in': signIn,
  sites,
  'site-balance': siteBalance,
  chargers,
  'charger-deviations': chargerDeviations,
  'charger-messages': chargerMessages,
  'charger-commands': chargerCommands,
  'charger-certificates': chargerCertificates,
  'charger-security': chargerSecurity,
  'charger-variables': chargerVariables,
  'charger-reports': chargerReports,
  'charger-profiles': chargerProfiles,
  'charger-limits': chargerLimits,
  'charger-schedules': chargerSchedules,
  'charger-jobs': chargerJobs,
  'charger-monitors': chargerMonitors,
  'charger-events': chargerEvents,
  'charger-displayed-messages': chargerDisplayedMessages,
  'charger-customer-information': chargerCustomerInformation,
  stations,
  sessions,
  'session-events': sessionEvents,
  reconciliation,
  tokens,
  reservations,
  'charger-local-list': chargerLocalList,
  prices,
  devices,
  'device-commands': deviceCommands,
  'device-credentials': deviceCredentials,
  quarantine,
  'dead-letters': deadLetters,
  series,
  'series-export': seriesExport,
  alarms,
  live,
  trace,
  users,
  audit,
  health,
  metrics,
  openapi,
  asyncapi,
};
