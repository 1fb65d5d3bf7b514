import { z } from 'zod';
import type { Session } from '#charging/index.ts';
import { isoTime } from '#estate/units.ts';
import { chargerId, sessionId, siteId, timeView } from '../fields.ts';
import { protocolView } from './charger.ts';

export const sessionStateView = z.enum(['starting', 'failed', 'active', 'ended', 'incomplete']);

export const sessionView = z
  .object({
    id: sessionId,
    charger: chargerId,
    site: siteId.nullable(),
    evse: z.int(),
    connector: z.int(),
    token: z.string().nullable(),
    transaction: z.string().meta({ description: 'As the charger knows it' }),
    protocol: protocolView,
    state: sessionStateView,
    startedAt: timeView,
    endedAt: timeView.nullable(),
    energyWh: z.number(),
    powerW: z.number().nullable(),
    reason: z.string().nullable(),
    doubts: z.array(z.string()),
    synthetic: z.boolean(),
  })
  .meta({ id: 'Session' });

export function viewSession(session: Session): z.infer<typeof sessionView> {
  return {
    ...session,
    startedAt: isoTime(session.startedAt),
    endedAt: session.endedAt === null ? null : isoTime(session.endedAt),
  };
}

/** Whether nothing more will happen to it. */
export function isOver(session: Session): boolean {
  return session.state === 'ended' || session.state === 'incomplete' || session.state === 'failed';
}
