import { z } from 'zod';
import { isoTime } from '#estate/units.ts';
import { inbound } from '../messages/inbound.ts';

/** The same in both versions (OCPP 1.6 §4.6; OCPP 2.0.1 use case G02). */
export const heartbeat = inbound('Heartbeat', z.object({}), async (_message, { charger, receivedAt, desk }) => {
  await desk.charging.reachable(charger, true, receivedAt);
  return { currentTime: isoTime(desk.ground.clock.now()) };
});
