import { z } from 'zod';
import type { TokenStatus } from '#charging/index.ts';
import { isoTime } from '#estate/units.ts';
import { inbound, type InboundAction } from '../inbound.ts';
import { text } from '../tolerant.ts';

const STATUSES: Record<TokenStatus | 'concurrent', string> = {
  accepted: 'Accepted',
  blocked: 'Blocked',
  expired: 'Expired',
  invalid: 'Invalid',
  // Nobody forbade it, and the other session may be one whose charger fell silent: it is left for a person to see.
  concurrent: 'Accepted',
};

/** What a charge point is told of a token (OCPP 1.6 §7.27); of none shown, that it is invalid. */
export function idTagInfo(status: TokenStatus | 'concurrent' | null): { status: string } {
  return { status: STATUSES[status ?? 'invalid'] };
}

/** OCPP 1.6 §4.1. A group too long for 1.6 is not told. */
const authorize = inbound('Authorize', z.object({ idTag: text }), async (message, { receivedAt, desk }) => {
  const { status, group, expiresAt } = await desk.charging.authorize(message.idTag, receivedAt);
  return {
    idTagInfo: {
      ...idTagInfo(status),
      ...(expiresAt === null ? {} : { expiryDate: isoTime(expiresAt) }),
      ...(group === null || group.length > 20 ? {} : { parentIdTag: group }),
    },
  };
});

export const authorization: readonly InboundAction[] = [authorize];
