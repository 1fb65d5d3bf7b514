import { z } from 'zod';
import type { ChargingProfile, ChargingSchedule, ProfileCriteria } from '#charging/index.ts';
import type { Addressee } from '../messages/outbound.ts';
import { maybe, text } from '../messages/tolerant.ts';

/** What follows from the answers of chargers about their charging profiles, by whatever words they were asked. */

/** The status of an answer, where it has one. */
export const answeredStatus = z.object({ status: maybe(text) });

type Answered<Request, Response = z.output<typeof answeredStatus>> = Addressee & {
  request: Request;
  response: Response;
};

/** A profile that a charger was given, and the EVSE that it is for. Without either there is nothing to keep. */
interface Given {
  evse?: number | undefined;
  profile?: Omit<ChargingProfile, 'evse'> | undefined;
}

/**
 * The sequel of a call that gives a profile: an accepted one is the charger's from now on.
 *
 * @param replacesAlike see `Profiles.installed`.
 */
export function givesProfile<Request extends z.ZodType<Given>>(
  request: Request,
  { replacesAlike }: { replacesAlike: boolean },
) {
  return {
    request,
    response: answeredStatus,
    async answered({ request: { evse, profile: given }, response, charger, desk, at }: Answered<Given>) {
      if (response.status !== 'Accepted' || !given || evse === undefined) return;
      const profile = { ...given, evse };
      await desk.charging.profiles.installed({ charger: charger.id, profile, replacesAlike, at });
    },
  };
}

/** The sequel of ClearChargingProfile: with either answer, the charger holds no such profile. */
export function clearsProfiles<Request extends z.ZodType<ProfileCriteria>>(request: Request) {
  return {
    request,
    response: answeredStatus,
    async answered({ request: criteria, response: { status }, charger, desk }: Answered<ProfileCriteria>) {
      if (status === 'Accepted' || status === 'Unknown') await desk.charging.profiles.cleared(charger.id, criteria);
    },
  };
}

/** For which EVSE a composite schedule is asked, and for how long. */
interface Wanted {
  evse: number;
  durationS: number;
}

interface Composite {
  status?: string | undefined;
  schedule?: ChargingSchedule | undefined;
}

/** The sequel of GetCompositeSchedule. A schedule that does not say when it begins, or ends, does as it was asked. */
export function tellsComposite<Request extends z.ZodType<Wanted>, Response extends z.ZodType<Composite>>(
  request: Request,
  response: Response,
) {
  return {
    request,
    response,
    async answered({ request: wanted, response: told, charger, desk, at }: Answered<Wanted, Composite>) {
      const { status, schedule } = told;
      if (status !== 'Accepted' || !schedule) return;
      const { startsAt, durationS } = schedule;
      await desk.charging.profiles.scheduleTold({
        ...schedule,
        startsAt: startsAt ?? at,
        durationS: durationS ?? wanted.durationS,
        charger: charger.id,
        evse: wanted.evse,
        kind: 'composite',
        at,
      });
    },
  };
}
