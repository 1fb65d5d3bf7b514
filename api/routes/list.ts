import type { Routes } from '../desk.ts';
import { alarms } from './alarms.ts';
import { audit } from './audit.ts';
import { chargerCommands } from './charger-commands.ts';
import { chargerMessages } from './charger-messages.ts';
import { chargers } from './chargers.ts';
import { deadLetters } from './dead-letters.ts';
import { devices } from './devices.ts';
import { health } from './health.ts';
import { info } from './info.ts';
import { live } from './live.ts';
import { metrics } from './metrics.ts';
import { openapi } from './openapi.ts';
import { quarantine } from './quarantine.ts';
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
  'charger-messages': chargerMessages,
  'charger-commands': chargerCommands,
  stations,
  sessions,
  'session-events': sessionEvents,
  tokens,
  devices,
  quarantine,
  'dead-letters': deadLetters,
  series,
  alarms,
  live,
  trace,
  users,
  audit,
  health,
  metrics,
  openapi,
};
