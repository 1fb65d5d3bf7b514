import { z } from 'zod';
import { inbound } from '../messages/inbound.ts';
import { instant, maybe, plausible, text } from '../messages/tolerant.ts';

/** The same in both versions (1.6 security whitepaper §5.10; 2.0.1 use case A04). */
export const securityEvent = inbound(
  'SecurityEventNotification',
  z.object({ type: text, timestamp: maybe(instant), techInfo: maybe(text) }),
  async ({ type, timestamp, techInfo = '' }, { charger, receivedAt, desk }) => {
    await desk.charging.securityEvents.note(charger, {
      kind: type.slice(0, 50),
      at: plausible(timestamp, receivedAt),
      receivedAt,
      text: techInfo,
      source: 'charger',
    });
    return {};
  },
);
