import { z } from 'zod';
import type { TokenStatus } from '#charging/index.ts';
import { isoTime } from '#estate/units.ts';
import { inbound, type InboundAction } from '../inbound.ts';
import { maybe, text } from '../tolerant.ts';

/** An id token; its type decides nothing, unless it says that there is none (C02: a start button). */
export const idToken = z.object({ idToken: text, type: maybe(text) });
export const NO_AUTHORIZATION = 'NoAuthorization';

const STATUSES: Record<TokenStatus | 'concurrent', string> = {
  accepted: 'Accepted',
  blocked: 'Blocked',
  expired: 'Expired',
  invalid: 'Invalid',
  // Nobody forbade it, and the other session may be one whose charger fell silent: it is left for a person to see.
  concurrent: 'Accepted',
};

/** What a station is told of a token (OCPP 2.0.1 part 2 §2.27 IdTokenInfoType). */
export function idTokenInfo(status: TokenStatus | 'concurrent'): { status: string } {
  return { status: STATUSES[status] };
}

/** OCPP 2.0.1 use case C01. */
const authorize = inbound('Authorize', z.object({ idToken }), async (message, { receivedAt, desk }) => {
  const { status, group, expiresAt } = await desk.charging.authorize(message.idToken.idToken, receivedAt);
  return {
    idTokenInfo: {
      ...idTokenInfo(status),
      ...(expiresAt === null ? {} : { cacheExpiryDateTime: isoTime(expiresAt) }),
      ...(group === null || group.length > 36 ? {} : { groupIdToken: { idToken: group, type: 'Central' } }),
    },
  };
});

export const authorization: readonly InboundAction[] = [authorize];
