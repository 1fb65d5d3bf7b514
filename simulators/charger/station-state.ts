import { z } from 'zod';
import { credentials } from './credentials.ts';
import { outletState } from './outlet.ts';
import { outboxMessage } from './outbox.ts';
import { storedProfile } from './profiles.ts';
import { reservationState } from './reservation.ts';
import { knownTokens, noTokens } from './tokens.ts';

/** What a charger keeps over a power cut. */
export const stationState = z.object({
  outlets: z.array(outletState),
  profiles: z.array(storedProfile),
  reservations: z.array(reservationState).default([]),
  tokens: knownTokens.default(noTokens),
  outbox: z.array(outboxMessage),
  /** The central system's names of sessions, by the charger's own. */
  transactions: z.record(z.string(), z.string()),
  settings: z.object({ heartbeatS: z.int(), meterIntervalS: z.int() }),
  /** What else it was set to. */
  variables: z.record(z.string(), z.string()).default({}),
  /** The version it was updated to. */
  firmware: z.string().optional(),
  credentials: credentials.optional(),
});

export type StationState = z.infer<typeof stationState>;
