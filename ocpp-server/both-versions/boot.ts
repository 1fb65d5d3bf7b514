import type { BootReport, Registration } from '#charging/index.ts';
import { isoTime } from '#estate/units.ts';
import type { Arrival } from '../messages/inbound.ts';

const WORDS: Record<Registration, string> = { accepted: 'Accepted', pending: 'Pending', rejected: 'Rejected' };

/** After how long a charger that is not accepted may try again, s. */
const RETRY_S = { pending: 60, rejected: 600 };

/** Answers a boot: the same in both versions (OCPP 1.6 §4.2; OCPP 2.0.1 use cases B01, B02, B03). */
export async function answerBoot(boot: BootReport, arrival: Arrival) {
  const { charger, receivedAt, desk, standing } = arrival;
  const { isNew } = await desk.charging.booted(charger, boot, receivedAt);
  const registration = desk.charging.registrations.of(charger.id);
  standing.become(registration, { isNew });
  return {
    status: WORDS[registration],
    currentTime: isoTime(desk.ground.clock.now()),
    interval: registration === 'accepted' ? desk.heartbeatIntervalS : RETRY_S[registration],
  };
}
