import { type Random, seededRandom } from '#estate/random.ts';
import { DAY, HOUR, type Millis, MINUTE, SECOND } from '#estate/units.ts';
import { z } from 'zod';
import { type Car, carState, createCar, EFFICIENCY } from './car.ts';
import type { ChargerPlan } from './estate/plan.ts';
import { romeTime } from './physics/rome.ts';
import { type Crowd, SHARES, SITE_KINDS, type SiteKind } from './site-kinds.ts';

/** One visit of a driver to an EVSE. */
export const visitState = z.object({
  /** The how-many-th at this EVSE. */
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

const TALKS = { departsAt: null };

/** Cars of the road: battery Wh, phases and A of the on-board charger, W at DC; some speak ISO 15118. */
const MODELS = [
  { capacityWh: 42_000, phases: 3, maxA: 16, dcMaxW: 85_000 },
  { capacityWh: 52_000, phases: 3, maxA: 32, dcMaxW: 46_000 },
  { capacityWh: 60_000, phases: 3, maxA: 16, dcMaxW: 170_000, iso15118: TALKS },
  { capacityWh: 77_000, phases: 3, maxA: 16, dcMaxW: 125_000, iso15118: TALKS },
  { capacityWh: 40_000, phases: 1, maxA: 32, dcMaxW: 46_000 },
  { capacityWh: 14_000, phases: 1, maxA: 16, dcMaxW: 30_000 },
] as const;
const LARGEST = { capacityWh: 100_000, phases: 3, maxA: 16, dcMaxW: 250_000 } as const;

/** Between one car and the next at an EVSE. */
const CHANGE_MS = 2 * MINUTE;
/** The battery of an arriving car is never emptier. */
const EMPTIEST_SOC = 0.05;

/** Someone who comes by an EVSE with a car. */
interface Caller {
  arrivesAt: Millis;
  hesitatesMs: Millis;
  stayMs: Millis;
  car: Car;
}

/**
 * The next visit to an EVSE after `afterMs`: of those who come by each day, the first who finds it free. Who comes by
 * is a matter of the day and the kind of site alone. The same seed gives the same visit.
 */
export function nextVisit(
  charger: Pick<ChargerPlan, 'id' | 'dc'>,
  at: {
    evse: number;
    number: number;
    afterMs: Millis;
    seed: string;
    tokens: readonly string[];
    kind: SiteKind;
    /** How many times as many callers as usual. */
    arrivals?: number;
  },
): Visit {
  const first = Math.floor(at.afterMs / DAY);
  for (let day = first; ; day++) {
    const random = seededRandom(`${at.seed}/${charger.id}/${at.evse}/callers/${day}`);
    const next = callersOf(random, { kind: at.kind, day, dc: charger.dc, arrivals: at.arrivals ?? 1 })
      .filter(({ arrivesAt }) => arrivesAt >= at.afterMs + CHANGE_MS)
      .toSorted((one, other) => one.arrivesAt - other.arrivesAt)[0];
    if (next) return visitOf(next, at);
  }
}

/** A visit that begins at once and lasts for half a day, with a large battery that is nearly empty. */
export function longVisit(
  charger: Pick<ChargerPlan, 'id'>,
  at: { evse: number; fromMs: Millis; seed: string; tokens: readonly string[] },
): Visit {
  const random = seededRandom(`${at.seed}/${charger.id}/${at.evse}/there-from-the-start`);
  const arrivesAt = at.fromMs + random.int(0, 10) * SECOND;
  const car = createCar({ ...LARGEST, soc: EMPTIEST_SOC, delayMs: random.int(1000, 3000) });
  const hesitatesMs = random.int(4, 20) * SECOND;
  return visitOf({ arrivesAt, hesitatesMs, stayMs: DAY / 2, car }, { number: -1, tokens: at.tokens });
}

/** What a visit would have charged at the meter if nothing held it back, Wh. */
export function wantedWh({ car }: Visit, dc: boolean): number {
  return ((car.untilSoc - car.soc) * car.capacityWh) / (dc ? EFFICIENCY.dc : EFFICIENCY.ac);
}

function visitOf(
  { arrivesAt, hesitatesMs, stayMs, car }: Caller,
  at: { number: number; tokens: readonly string[] },
): Visit {
  const paysAt = arrivesAt + hesitatesMs;
  const leavesAt = Math.max(paysAt + MINUTE, arrivesAt + stayMs);
  return {
    number: at.number,
    arrivesAt,
    paysAt,
    leavesAt,
    token: at.tokens.at(at.number % at.tokens.length) ?? '',
    car: { ...car, iso15118: car.iso15118 && { departsAt: leavesAt } },
    stage: 'coming',
  };
}

/** All who come by an EVSE on a day, counted from 1970. */
function callersOf(random: Random, at: { kind: SiteKind; day: number; dc: boolean; arrivals: number }): Caller[] {
  const noon = romeTime(at.day * DAY + DAY / 2);
  const midnightMs = at.day * DAY - (noon.hour - 12) * HOUR;
  const weekend = noon.weekday === 0 || noon.weekday === 6;
  return SITE_KINDS[at.kind].flatMap((crowd) => {
    const mean = at.arrivals * (weekend ? crowd.aDay.weekend : crowd.aDay.weekday);
    const count = Math.floor(mean) + (random.next() < mean % 1 ? 1 : 0);
    return Array.from({ length: count }, () => drawCaller(random, { crowd, midnightMs, dc: at.dc }));
  });
}

/** Arrival, stay and energy are drawn together: correlated normal scores, each read in its quantile table. */
function drawCaller(random: Random, { crowd, midnightMs, dc }: { crowd: Crowd; midnightMs: Millis; dc: boolean }) {
  const arrival = normal(random);
  const stay = correlated(random, arrival, crowd.stayWithArrival);
  const energy = correlated(random, stay, crowd.energyWithStay);
  return {
    arrivesAt: Math.round(midnightMs + quantile(crowd.arrivalHour, arrival) * HOUR),
    hesitatesMs: random.int(4, 20) * SECOND,
    stayMs: Math.round(quantile(crowd.stayHours, stay) * HOUR),
    car: arrivingCar(random, quantile(crowd.energyKwh, energy) * 1000 * (dc ? EFFICIENCY.dc : EFFICIENCY.ac)),
  };
}

/** A car that can hold what its driver wants; some stop at 80 %. */
function arrivingCar(random: Random, needWh: number): Car {
  const holds = (capacityWh: number, untilSoc: number) => (untilSoc - EMPTIEST_SOC) * capacityWh >= needWh;
  const fitting = MODELS.filter(({ capacityWh }) => holds(capacityWh, 1));
  const model = fitting.length > 0 ? random.pick(fitting) : LARGEST;
  const untilSoc = random.next() < 0.4 && holds(model.capacityWh, 0.8) ? 0.8 : 1;
  const soc = Math.max(EMPTIEST_SOC, untilSoc - needWh / model.capacityWh);
  return createCar({ ...model, soc, untilSoc, delayMs: random.int(1000, 3000) });
}

/** The value at a normal score. */
function quantile(table: readonly number[], score: number): number {
  const share = normalShare(score);
  const above = Math.max(
    1,
    SHARES.findIndex((each) => each >= share),
  );
  const [low = 0, high = 1] = [SHARES[above - 1], SHARES[above]];
  const [from = 0, to = 0] = [table[above - 1], table[above]];
  return from + ((to - from) * (share - low)) / (high - low);
}

function correlated(random: Random, score: number, correlation: number): number {
  return correlation * score + Math.sqrt(1 - correlation ** 2) * normal(random);
}

/** A standard normal number (Box and Muller 1958). */
function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random.next())) * Math.cos(2 * Math.PI * random.next());
}

/** The share of a normal population below a score, within 1e-7 (Abramowitz and Stegun 26.2.17). */
function normalShare(score: number): number {
  const t = 1 / (1 + 0.2316419 * Math.abs(score));
  const series = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  const tail = (Math.exp(-(score ** 2) / 2) / Math.sqrt(2 * Math.PI)) * series;
  return score < 0 ? tail : 1 - tail;
}
