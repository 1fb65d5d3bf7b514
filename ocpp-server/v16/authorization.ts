import { z } from 'zod';
import { MASTER_PASS_GROUP, type Authorisation } from '#charging/index.ts';
import { messageOf } from '#estate/errors.ts';
import { isoTime, SECOND } from '#estate/units.ts';
import type { Block } from '../messages/block.ts';
import { inbound, type Arrival } from '../messages/inbound.ts';
import { outbound } from '../messages/outbound.ts';
import { text } from '../messages/tolerant.ts';
import { transactionId } from './transaction-id.ts';

const STATUSES = { accepted: 'Accepted', blocked: 'Blocked', expired: 'Expired', invalid: 'Invalid' } as const;

/** The longest id token of 1.6 (§7.28). */
export const LONGEST_TOKEN = 20;

/**
 * What a charge point is told of a token (OCPP 1.6 §7.27); of none shown, that it is invalid. That the token charges elsewhere
 * too is not held against it: nobody forbade it, and the charger there may have fallen silent. A master token starts nothing.
 * A group too long for 1.6 is not told.
 */
export function idTagInfo(authorisation: Authorisation | null): Record<string, string> {
  if (!authorisation) return { status: STATUSES.invalid };
  const { status, expiresAt, master } = authorisation;
  const group = master ? MASTER_PASS_GROUP : authorisation.group;
  return {
    status: master && status === 'accepted' ? STATUSES.invalid : STATUSES[status],
    ...(expiresAt === null ? {} : { expiryDate: isoTime(expiresAt) }),
    ...(group === null || group.length > LONGEST_TOKEN ? {} : { parentIdTag: group }),
  };
}

/** What follows an answer is sent once that has left. */
const ANSWERED_WITHIN_MS = SECOND / 10;

/** OCPP 1.6 §4.1. */
const authorize = inbound('Authorize', z.object({ idTag: text }), async (message, arrival) => {
  const authorisation = await arrival.desk.charging.authorize(message.idTag, arrival.receivedAt);
  if (authorisation.master && authorisation.status === 'accepted') {
    arrival.desk.ground.clock.after(ANSWERED_WITHIN_MS, () => void stopAll(arrival));
  }
  return { idTagInfo: idTagInfo(authorisation) };
});

/** 1.6 knows no master pass: whoever shows one has all sessions of the charge point stopped from here. Never throws. */
async function stopAll({ charger, desk }: Arrival): Promise<void> {
  try {
    const { charging } = desk;
    const sessions = await charging.activeSessions(charger.site === null ? {} : { site: charger.site });
    for (const session of sessions.filter((one) => one.charger === charger.id)) {
      const payload = { transactionId: transactionId(session.transaction) };
      await desk.call(charger.id, { action: 'RemoteStopTransaction', payload });
    }
  } catch (error) {
    const fields = { charger: charger.id, error: messageOf(error) };
    desk.ground.log.warn(fields, 'The sessions that a master pass was shown for could not all be stopped.');
  }
}

export const authorization: Block = {
  inbound: [authorize],
  outbound: [outbound('ClearCache')],
  phrases: { 'clear-cache': () => ({ action: 'ClearCache', payload: {} }) },
};
