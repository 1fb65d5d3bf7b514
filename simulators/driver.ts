import { type Random, seededRandom } from '#estate/random.ts';
import { HOUR, type Millis, MINUTE, SECOND } from '#estate/units.ts';
import { z } from 'zod';
import { type Car, carState, createCar } from './car.ts';
import type { ChargerPlan } from './estate/plan.ts';
import { romeTime } from './physics/rome.ts';

/** One visit of a driver to an EVSE. */
export const visitState = z.object({
  /** The how-many-th at this EVSE; it seeds all chance of the visit. */
  number: z.int(),
  arrivesAt: z.number(),
  /** When the card is shown. */
  paysAt: z.number(),
  leavesAt: z.number(),
  token: z.string(),
  car: carState,
  stage: z.enum(['coming', 'plugged', 'paid']),
});

export type Visit = z.infer<typeof visitState>;

/** Arrivals an hour at a free EVSE, by the hour of the Italian day. */
const ARRIVALS = [
  0.05, 0.04, 0.03, 0.03, 0.04, 0.08, 0.2, 0.45, 0.8, 0.9, 0.8, 0.7, 0.6, 0.55, 0.6, 0.65, 0.6, 0.6, 0.55, 0.45, 0.35,
  0.25, 0.15, 0.1,
];

/** Cars of the road: battery Wh, phases and A of the on-board charger, W at DC. */
const MODELS = [
  { capacityWh: 42_000, phases: 3, maxA: 16, dcMaxW: 85_000 },
  { capacityWh: 52_000, phases: 3, maxA: 32, dcMaxW: 46_000 },
  { capacityWh: 60_000, phases: 3, maxA: 16, dcMaxW: 170_000 },
  { capacityWh: 77_000, phases: 3, maxA: 16, dcMaxW: 125_000 },
  { capacityWh: 40_000, phases: 1, maxA: 32, dcMaxW: 46_000 },
  { capacityWh: 14_000, phases: 1, maxA: 16, dcMaxW: 30_000 },
] as const;

/**
 * The next visit to an EVSE after `afterMs`. Arrivals follow the hour of the day; stay and energy are log-normal, as
 * in the sessions of public chargers (Lee et al., ACN-Data, 2019; σ ≈ 0.8 to 1). The same seed gives the same visit.
 */
export function nextVisit(
  charger: ChargerPlan,
  at: { evse: number; number: number; afterMs: Millis; seed: string; tokens: readonly string[] },
): Visit {
  const random = seededRandom(`${at.seed}/${charger.id}/${at.evse}/visit/${at.number}`);
  const arrivesAt = nextArrival(random, at.afterMs);
  const paysAt = arrivesAt + random.int(4, 20) * SECOND;
  return {
    number: at.number,
    arrivesAt,
    paysAt,
    leavesAt: paysAt + stay(random, charger, arrivesAt),
    token: at.tokens[at.number % at.tokens.length] ?? '',
    car: arrivingCar(random, charger),
    stage: 'coming',
  };
}

/** Thinning of a Poisson process whose rate changes by the hour (Lewis and Shedler 1979). */
function nextArrival(random: Random, afterMs: Millis): Millis {
  const most = Math.max(...ARRIVALS);
  let atMs = afterMs + 2 * MINUTE;
  do atMs += (-Math.log(1 - random.next()) / most) * HOUR;
  while (random.next() > (ARRIVALS[Math.floor(romeTime(atMs).hour)] ?? 0) / most);
  return Math.round(atMs);
}

/** Minutes at a fast charger, an errand by day, the night in the evening. */
function stay(random: Random, charger: ChargerPlan, arrivesAt: Millis): number {
  const { hour } = romeTime(arrivesAt);
  const night = hour >= 18 && random.next() < 0.5;
  const medianHours = charger.dc ? 0.6 : night ? 11 : 1.9;
  const spread = charger.dc ? 0.4 : night ? 0.25 : 0.7;
  return Math.min(18, Math.max(0.15, logNormal(random, medianHours, spread))) * HOUR;
}

function arrivingCar(random: Random, charger: ChargerPlan): Car {
  const model = random.pick(MODELS);
  const needWh = Math.min(0.85 * model.capacityWh, logNormal(random, charger.dc ? 20_000 : 12_000, 0.75));
  const untilSoc = random.next() < 0.4 ? 0.8 : 1;
  const soc = Math.max(0.05, untilSoc - needWh / model.capacityWh);
  return createCar({ ...model, soc, untilSoc, delayMs: random.int(1000, 3000) });
}

function logNormal(random: Random, median: number, sigma: number): number {
  const normal = Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
  return median * Math.exp(sigma * normal);
}
