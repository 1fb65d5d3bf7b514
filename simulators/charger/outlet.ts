import { MINIMUM_CURRENT_A, type Millis, NOMINAL_VOLTAGE_V } from '#estate/units.ts';
import { z } from 'zod';
import { carState, drawOf, type Offer, phasesOf, wantsNothing } from '../car.ts';
import type { ChargerPlan } from '../estate/plan.ts';

/** A transaction as the charger keeps it. */
export const sessionState = z.object({
  /** The charger's own name for it; in 2.0.1 also its transaction id. */
  id: z.string(),
  /** As the central system knows it; null while a 1.6 start is not confirmed. */
  transaction: z.string().nullable(),
  token: z.string(),
  startedAt: z.number(),
  startWh: z.number(),
  remoteStartId: z.number().nullable(),
  /** The number of its next event (2.0.1). */
  seqNo: z.int(),
  nextSampleAt: z.number(),
  /** Whose members may stop it too. */
  group: z.string().nullable().default(null),
  /** The reservation that it uses. */
  reservation: z.int().nullable().default(null),
  /** What its display says that it costs. */
  cost: z.number().nullable().default(null),
});

export type ChargerSession = z.infer<typeof sessionState>;

/** An EVSE with its one connector, meter and contactor: all that must survive a power cut. */
export const outletState = z.object({
  evse: z.int(),
  /** The meter's register, exact, Wh; it never falls. */
  registerWh: z.number(),
  /** Up to when the energy has been counted. */
  countedTo: z.number(),
  operative: z.boolean(),
  /** An availability that waits for the end of the session. */
  operativeNext: z.boolean().nullable(),
  fault: z.string().nullable(),
  car: carState.nullable(),
  /** The plugged car has had its session. */
  served: z.boolean(),
  session: sessionState.nullable(),
  /** Authorised before the cable was plugged. */
  waiting: z
    .object({
      token: z.string(),
      group: z.string().nullable().default(null),
      remoteStartId: z.number().nullable(),
      untilMs: z.number(),
    })
    .nullable(),
  sessionsSoFar: z.int(),
});

export type Outlet = z.infer<typeof outletState>;

/** The states of OCPP 1.6 §4.9; 2.0.1 tells them apart in its transaction events. */
export type OutletStatus =
  | 'Available'
  | 'Reserved'
  | 'Preparing'
  | 'Charging'
  | 'SuspendedEV'
  | 'SuspendedEVSE'
  | 'Finishing'
  | 'Unavailable'
  | 'Faulted';

/** What the meter shows at one moment. */
export interface MeterReading {
  registerWh: number;
  powerW: number;
  /** Of each phase of the charger, A. */
  currentA: number[];
  voltageV: number;
  /** Only where the car tells it: over a DC cable. */
  socPercent: number | null;
}

export function newOutlet(plan: ChargerPlan, at: { evse: number; now: Millis }): Outlet {
  return {
    evse: at.evse,
    registerWh: plan.registersWh[at.evse - 1] ?? 0,
    countedTo: at.now,
    operative: true,
    operativeNext: null,
    fault: plan.fault,
    car: null,
    served: false,
    session: null,
    waiting: null,
    sessionsSoFar: 0,
  };
}

export function statusOf(outlet: Outlet, offer: Offer): OutletStatus {
  if (outlet.fault !== null) return 'Faulted';
  if (!outlet.operative) return 'Unavailable';
  if (!outlet.car) return outlet.waiting ? 'Preparing' : 'Available';
  if (!outlet.session) return outlet.served ? 'Finishing' : 'Preparing';
  if (wantsNothing(outlet.car)) return 'SuspendedEV';
  return offer.currentA < (offer.dc ? 1 : MINIMUM_CURRENT_A) ? 'SuspendedEVSE' : 'Charging';
}

/** Power into the car, W. */
export function powerOfOutlet(outlet: Outlet, offer: Offer): number {
  return outlet.car && outlet.session ? drawOf(outlet.car, offer) : 0;
}

export function readMeter(outlet: Outlet, offer: Offer): MeterReading {
  const powerW = powerOfOutlet(outlet, offer);
  const used = outlet.car ? phasesOf(outlet.car, offer) : offer.phases;
  const perPhase = powerW / (used * NOMINAL_VOLTAGE_V);
  return {
    registerWh: outlet.registerWh,
    powerW,
    currentA: Array.from({ length: offer.phases }, (_, phase) => (phase < used ? perPhase : 0)),
    voltageV: NOMINAL_VOLTAGE_V,
    socPercent: offer.dc && outlet.car ? outlet.car.soc * 100 : null,
  };
}
