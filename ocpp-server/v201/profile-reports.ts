import { z } from 'zod';
import { answeredStatus } from '../both-versions/profile-sequels.ts';
import { toldProfile, toldPurpose } from '../both-versions/profile-words.ts';
import type { Commands, Moment } from '../messages/block.ts';
import type { OutboundCall } from '../messages/call.ts';
import { inbound } from '../messages/inbound.ts';
import { outbound } from '../messages/outbound.ts';
import { integer, list, maybe, ordinal, text } from '../messages/tolerant.ts';
import { PURPOSES } from './profile-purposes.ts';

const LARGEST_ID = 2 ** 31 - 1;
const SOURCES = ['EMS', 'Other', 'SO', 'CSO'];

/** Use case K09: the charger tells what it holds, in ReportChargingProfiles. */
export const getChargingProfiles = outbound('GetChargingProfiles', {
  request: z.object({
    requestId: integer,
    evseId: maybe(ordinal),
    chargingProfile: z.object({
      chargingProfilePurpose: maybe(toldPurpose),
      stackLevel: maybe(integer),
      chargingProfileId: maybe(list(integer)),
      chargingLimitSource: maybe(list(text)),
    }),
  }),
  response: answeredStatus,
  async asking({ request, charger, desk, at }) {
    const { chargingProfile: wanted, evseId: evse } = request;
    const { chargingProfilePurpose: purpose, stackLevel, chargingProfileId: numbers } = wanted;
    const [source, ...others] = wanted.chargingLimitSource ?? [];
    const scope = { evse, purpose, stackLevel, numbers, source: others.length > 0 ? undefined : source };
    await desk.charging.profiles.reportAsked({ charger: charger.id, request: request.requestId, scope, at });
  },
  async answered({ request, response: { status }, charger, desk, at }) {
    if (status !== 'NoProfiles') return;
    const none = { charger: charger.id, request: request.requestId, profiles: [], isLast: true };
    await desk.charging.profiles.reported({ ...none, at });
  },
  isGranted: ({ status }) => status === 'Accepted' || status === 'NoProfiles',
});

export function askForProfiles(command: Commands['get-profiles'], { random }: Moment): OutboundCall {
  const { numbers, source, evse, purpose, stackLevel } = command;
  const criteria = {
    ...(purpose === undefined ? {} : { chargingProfilePurpose: PURPOSES[purpose] }),
    ...(stackLevel === undefined ? {} : { stackLevel }),
    ...(source === undefined ? {} : { chargingLimitSource: [source] }),
  };
  // A criterion there must be (K09.FR.03): all sources are all profiles.
  const some = Object.keys(criteria).length > 0 ? criteria : { chargingLimitSource: SOURCES };
  return {
    action: 'GetChargingProfiles',
    payload: {
      requestId: random.int(1, LARGEST_ID),
      ...(evse === undefined ? {} : { evseId: evse }),
      chargingProfile: numbers ? { chargingProfileId: numbers } : some,
    },
  };
}

/** Use case K09. */
const reportChargingProfiles = inbound(
  'ReportChargingProfiles',
  z.object({
    requestId: integer,
    evseId: ordinal,
    chargingProfile: list(toldProfile),
    tbc: maybe(z.boolean()),
  }),
  async ({ requestId: request, evseId: evse, chargingProfile, tbc }, { charger, receivedAt: at, desk }) => {
    const profiles = chargingProfile.map((profile) => ({ ...profile, evse }));
    await desk.charging.profiles.reported({ charger: charger.id, request, profiles, isLast: tbc !== true, at });
    return {};
  },
);

export const profileReports = [reportChargingProfiles];
