import { z } from 'zod';
import type { Session } from '#charging/index.ts';
import { isoTime } from '#estate/units.ts';
import { chargerId, sessionId, siteId, timeView } from '../fields.ts';
import { protocolView } from './charger.ts';

export const sessionStateView = z.enum(['starting', 'failed', 'active', 'ended', 'incomplete']);

const costView = z.object({
  amount: z.number(),
  currency: z.string().nullable().meta({ description: 'ISO 4217' }),
});

export const resolutionView = z.enum(['accept', 'correct', 'discard', 'end']);

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
    energyWh: z.number().meta({ description: 'What counts: as metered, or as a person settled it' }),
    meteredWh: z.number(),
    powerW: z.number().nullable(),
    cost: costView.nullable().meta({ description: 'So far or in all, taxes included; null where no price holds' }),
    reason: z.string().nullable(),
    doubts: z.array(z.string()).meta({ description: 'What a person should look at: see /v1/reconciliation' }),
    settled: z.object({ at: timeView, resolution: resolutionView }).nullable(),
    synthetic: z.boolean(),
  })
  .meta({ id: 'Session' });

export function viewSession(session: Session): z.infer<typeof sessionView> {
  const { settled } = session;
  return {
    ...session,
    // Who it was, and what he noted, is not for the guest who follows his own session.
    settled: settled && { at: isoTime(settled.at), resolution: settled.resolution },
    startedAt: isoTime(session.startedAt),
    endedAt: session.endedAt === null ? null : isoTime(session.endedAt),
  };
}

/** Whether nothing more will happen to it. */
export function isOver(session: Session): boolean {
  return session.state === 'ended' || session.state === 'incomplete' || session.state === 'failed';
}
