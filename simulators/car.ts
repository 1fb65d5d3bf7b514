import { HOUR, MINIMUM_CURRENT_A, type Millis, powerOf } from '#estate/units.ts';
import { z } from 'zod';

/** An electric car at a cable: its battery, what it takes at most, and the offer that it follows. */
export const carState = z.object({
  capacityWh: z.number(),
  /** State of charge, 0 to 1, and the one at which it stops. */
  soc: z.number(),
  untilSoc: z.number(),
  /** On-board charger: phases, and the most on each, A. */
  phases: z.int(),
  maxA: z.number(),
  /** The most that the battery takes from a DC charger, W. */
  dcMaxW: z.number(),
  /** How long it takes to follow a new offer, ms. */
  delayMs: z.number(),
  /** The offer that it follows, A per phase, and the one it has heard but not yet followed. */
  offerA: z.number(),
  heard: z.object({ offerA: z.number(), fromMs: z.number() }).nullable(),
  /** It speaks ISO 15118, and may say when it departs; null: the pilot signal is all it knows. */
  iso15118: z.object({ departsAt: z.number().nullable() }).nullable().default(null),
});

export type Car = z.infer<typeof carState>;

/** What an EVSE offers its car. */
export interface Offer {
  /** Per phase, as the pilot signal says; below 6 A it says: wait. */
  currentA: number;
  phases: number;
  dc: boolean;
}

const TAPER_FROM = 0.8;
/** From the meter to the battery. */
export const EFFICIENCY = { ac: 0.9, dc: 0.95 };
/** The share of its full power below which a car calls itself full. */
const FULL_BELOW = 0.03;
const LONGEST_STEP_MS = 10_000;

/** A car; what is not said is that of a common one: 60 kWh, half full, 11 kW AC, 100 kW DC. */
export function createCar(some: Partial<Car> = {}): Car {
  return {
    capacityWh: 60_000,
    soc: 0.5,
    untilSoc: 1,
    phases: 3,
    maxA: 16,
    dcMaxW: 100_000,
    delayMs: 2000,
    offerA: 0,
    heard: null,
    iso15118: null,
    ...some,
  };
}

/**
 * What the car takes now, W at the meter. Constant up to 80 % of charge, from there falling in a straight line to
 * nothing at 100 % (the two-stage battery of ACN-Sim, Lee et al. 2021). Between 0 and 6 A no car charges (IEC 61851-1).
 */
export function drawOf(car: Car, offer: Offer): number {
  if (wantsNothing(car)) return 0;
  const taper = taperOf(car);
  if (offer.dc) return Math.min(powerOf(car.offerA, offer.phases), car.dcMaxW * taper);
  if (car.offerA < MINIMUM_CURRENT_A) return 0;
  return powerOf(Math.min(car.offerA, car.maxA * taper), phasesOf(car, offer));
}

/** The phases that car and EVSE have in common. */
export function phasesOf(car: Car, offer: Offer): number {
  return offer.dc ? offer.phases : Math.min(car.phases, offer.phases);
}

/** True when the car has what it came for, or is too full to take more. */
export function wantsNothing(car: Car): boolean {
  return car.soc >= car.untilSoc - 1e-6 || taperOf(car) < FULL_BELOW;
}

/** Lets a car charge up to `atMs` and gives the energy that the meter counted, Wh. Changes the car. */
export function charge(car: Car, offer: Offer, span: { fromMs: Millis; toMs: Millis }): number {
  let energyWh = 0;
  let nowMs = span.fromMs;
  const last = car.heard?.offerA ?? car.offerA;
  if (last !== offer.currentA) car.heard = { offerA: offer.currentA, fromMs: nowMs + car.delayMs };
  while (nowMs < span.toMs) {
    if (car.heard && car.heard.fromMs <= nowMs) {
      car.offerA = car.heard.offerA;
      car.heard = null;
    }
    const nextMs = Math.min(span.toMs, nowMs + LONGEST_STEP_MS, car.heard?.fromMs ?? span.toMs);
    energyWh += fill(car, offer, nextMs - nowMs);
    nowMs = nextMs;
  }
  return energyWh;
}

function fill(car: Car, offer: Offer, durationMs: number): number {
  const efficiency = offer.dc ? EFFICIENCY.dc : EFFICIENCY.ac;
  const roomWh = Math.max(0, (car.untilSoc - car.soc) * car.capacityWh) / efficiency;
  const energyWh = Math.min(roomWh, (drawOf(car, offer) * durationMs) / HOUR);
  car.soc = Math.min(1, car.soc + (energyWh * efficiency) / car.capacityWh);
  return energyWh;
}

function taperOf(car: Car): number {
  return Math.max(0, Math.min(1, (1 - car.soc) / (1 - TAPER_FROM)));
}
