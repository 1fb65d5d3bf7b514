import { z } from 'zod';
import type { ChargingNeeds } from '#charging/index.ts';
import { toldSchedule } from '../both-versions/profile-words.ts';
import { inbound } from '../messages/inbound.ts';
import { decimal, instant, list, maybe, meaningOf, ordinal, text } from '../messages/tolerant.ts';

/** What others than us want of a charger: the grid, an energy manager, the car. */

/** Use cases K12 and K14. Without an EVSE it is the station's. */
const notifyChargingLimit = inbound(
  'NotifyChargingLimit',
  z.object({
    evseId: maybe(ordinal),
    chargingLimit: z.object({ chargingLimitSource: text, isGridCritical: maybe(z.boolean()) }),
    chargingSchedule: list(toldSchedule),
  }),
  async ({ evseId: evse = 0, chargingLimit, chargingSchedule }, { charger, receivedAt: since, desk }) => {
    const { chargingLimitSource: source, isGridCritical: gridCritical = null } = chargingLimit;
    const [schedule = null] = chargingSchedule;
    await desk.charging.profiles.externallyLimited(charger, { evse, source, gridCritical, schedule, since });
    return {};
  },
);

/** Use case K13. */
const clearedChargingLimit = inbound(
  'ClearedChargingLimit',
  z.object({ chargingLimitSource: text, evseId: maybe(ordinal) }),
  async ({ chargingLimitSource: source, evseId: evse = null }, { charger, receivedAt: at, desk }) => {
    await desk.charging.profiles.externallyFreed(charger, { evse, source, at });
    return {};
  },
);

const parameters = z.object({
  energyAmount: maybe(decimal),
  evMaxCurrent: maybe(decimal),
  evMaxPower: maybe(decimal),
  stateOfCharge: maybe(decimal),
});

/** Use cases K15 and K17. Accepted: a profile for the car is there; Processing: it follows once power is shared. */
const notifyEvChargingNeeds = inbound(
  'NotifyEVChargingNeeds',
  z.object({
    evseId: ordinal,
    chargingNeeds: z.object({
      requestedEnergyTransfer: text,
      departureTime: maybe(instant),
      acChargingParameters: maybe(parameters),
      dcChargingParameters: maybe(parameters),
    }),
  }),
  async ({ evseId: evse, chargingNeeds }, { charger, receivedAt: at, desk }) => {
    const { requestedEnergyTransfer: transfer, departureTime } = chargingNeeds;
    const stated = chargingNeeds.dcChargingParameters ?? chargingNeeds.acChargingParameters;
    const needs: ChargingNeeds = {
      mode: transfer.startsWith('DC') ? 'dc' : 'ac',
      phases: meaningOf(PHASES, transfer) ?? null,
      energyWh: stated?.energyAmount ?? null,
      departsAt: departureTime ?? null,
      maxCurrentA: stated?.evMaxCurrent ?? null,
      maxPowerW: stated?.evMaxPower ?? null,
      socPercent: stated?.stateOfCharge ?? null,
    };
    const { hasProfile } = await desk.charging.profiles.needsStated({ charger: charger.id, evse, needs, at });
    return { status: hasProfile ? 'Accepted' : 'Processing' };
  },
);

const PHASES: Record<string, number> = { AC_single_phase: 1, AC_two_phase: 2, AC_three_phase: 3 };

/** Use case K16: what the car means to take. */
const notifyEvChargingSchedule = inbound(
  'NotifyEVChargingSchedule',
  z.object({ timeBase: maybe(instant), evseId: ordinal, chargingSchedule: toldSchedule }),
  async ({ timeBase, evseId: evse, chargingSchedule }, { charger, receivedAt: at, desk }) => {
    const startsAt = timeBase ?? chargingSchedule.startsAt ?? at;
    await desk.charging.profiles.scheduleTold({
      ...chargingSchedule,
      startsAt,
      charger: charger.id,
      evse,
      kind: 'car',
      at,
    });
    return { status: 'Accepted' };
  },
);

export const externalLimits = [
  notifyChargingLimit,
  clearedChargingLimit,
  notifyEvChargingNeeds,
  notifyEvChargingSchedule,
];
