import { seededRandom } from '#estate/random.ts';
import type { ChargerPlan } from './estate/plan.ts';

/** Drivers who come to an EVSE for the same reason: how many, when, for how long, and for how much. */
export interface Crowd {
  /** How many come by one EVSE in a day, on average; who finds it taken drives on. */
  aDay: { weekday: number; weekend: number };
  /** Quantiles at `SHARES`. */
  arrivalHour: readonly number[];
  stayHours: readonly number[];
  /** At the meter. */
  energyKwh: readonly number[];
  /** Correlations of the normal scores: of stay with arrival, and of energy with stay. */
  stayWithArrival: number;
  energyWithStay: number;
}

export type SiteKind = 'campus' | 'lab' | 'workplace' | 'town' | 'town-fast';

/** Whom the chargers of an estate see: people of small towns, as we think of them, or those of three measured places. */
export const VISITORS = ['town', 'measured'] as const;
export type Visitors = (typeof VISITORS)[number];

/** The shares of all values below each entry of a quantile table. */
export const SHARES: readonly number[] = [
  0, 0.01, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6, 0.65, 0.7, 0.75, 0.8, 0.85, 0.9, 0.95,
  0.99, 1,
];

/** A university whose garage is open to all (Caltech, 2018 to 2021; ACN-Data, Lee et al. 2019). */
const campus: Crowd = {
  aDay: { weekday: 0.7, weekend: 0.3 },
  arrivalHour: [
    0, 4.74, 7.18, 7.99, 8.36, 8.6, 8.82, 9.05, 9.32, 9.67, 10.02, 10.42, 11.19, 12.23, 13.04, 13.9, 15.29, 16.69,
    17.91, 18.97, 20.36, 22.53, 24,
  ],
  stayHours: [
    0.08, 0.22, 0.64, 1.05, 1.38, 1.73, 2.09, 2.55, 3.1, 3.69, 4.35, 5.07, 5.95, 6.82, 7.56, 8.12, 8.58, 8.98, 9.4,
    10.14, 11.63, 16.17, 24,
  ],
  energyKwh: [
    0.5, 0.7, 0.9, 1.2, 1.9, 2.5, 3.4, 4.1, 4.7, 5.4, 6.1, 6.7, 7.6, 8.8, 10.1, 11.4, 12.6, 13.6, 14, 16.2, 22.8, 42.3,
    75.5,
  ],
  stayWithArrival: -0.41,
  energyWithStay: 0.38,
};

/** A laboratory that begins early, behind a gate (JPL, 2018 to 2021; ACN-Data, Lee et al. 2019). */
const lab: Crowd = {
  aDay: { weekday: 0.8, weekend: 0.05 },
  arrivalHour: [
    0, 4.91, 5.75, 6.08, 6.38, 6.54, 6.76, 6.95, 7.09, 7.24, 7.37, 7.5, 7.65, 7.88, 8.53, 10.12, 11.81, 12.82, 14.26,
    15.4, 16.4, 19.98, 24,
  ],
  stayHours: [
    0.07, 0.64, 1.52, 2.2, 2.82, 3.45, 4.07, 4.63, 5.23, 6, 7, 7.93, 8.54, 8.95, 9.23, 9.44, 9.63, 9.84, 10.09, 10.43,
    11.03, 12.57, 23,
  ],
  energyKwh: [
    0.5, 0.8, 2, 4.1, 5.4, 5.9, 6.6, 7.4, 8.2, 9.2, 10.2, 11.4, 12.2, 13.1, 13.9, 15.3, 17.6, 21, 25.6, 31.4, 39.1,
    51.8, 68.6,
  ],
  stayWithArrival: -0.63,
  energyWithStay: 0.25,
};

/** Offices of a firm, with cars of the firm and of its guests (SAP, 2017 to 2020). */
const workplace: Crowd = {
  aDay: { weekday: 0.7, weekend: 0.05 },
  arrivalHour: [
    0, 7.1, 7.86, 8.12, 8.35, 8.53, 8.68, 8.83, 8.97, 9.11, 9.28, 9.54, 10.05, 11.32, 12.52, 13.19, 13.65, 13.99, 14.59,
    16.3, 18.81, 22.8, 24,
  ],
  stayHours: [
    0, 0.03, 0.35, 0.73, 1.1, 1.52, 2.01, 2.47, 2.82, 3.09, 3.34, 3.6, 3.89, 4.19, 4.55, 5, 5.72, 7.1, 8.18, 9, 10.38,
    15.93, 24,
  ],
  energyKwh: [
    0, 0.1, 3.3, 6.8, 9, 11, 12.8, 14.5, 16.2, 17.8, 19.4, 21, 22.6, 24.6, 26.6, 28.9, 31.6, 34.8, 38.8, 44.1, 52.1,
    63.4, 99.3,
  ],
  stayWithArrival: -0.21,
  energyWithStay: 0.31,
};

/** An errand in a small town, by day; stay and energy are log-normal. */
const errand: Crowd = {
  aDay: { weekday: 9, weekend: 7.5 },
  arrivalHour: [
    0, 1.91, 6.81, 7.88, 8.47, 9.01, 9.49, 9.97, 10.51, 11.05, 11.67, 12.34, 13.06, 13.85, 14.58, 15.28, 15.94, 16.66,
    17.38, 18.22, 19.97, 22.51, 24,
  ],
  stayHours: [
    0.22, 0.37, 0.6, 0.77, 0.92, 1.05, 1.18, 1.32, 1.45, 1.59, 1.74, 1.9, 2.07, 2.27, 2.49, 2.74, 3.05, 3.42, 3.92,
    4.66, 6.01, 9.68, 16.5,
  ],
  energyKwh: [
    1.3, 2.3, 3.9, 5.1, 6.1, 7.1, 8, 9, 10, 11, 12.1, 13.3, 14.6, 16.1, 17.8, 19.7, 22.1, 25, 28.9, 34.8, 45.7, 65, 70,
  ],
  stayWithArrival: 0,
  energyWithStay: 0.4,
};

/** Those who live there, or sleep there, and leave the car overnight. */
const overnight: Crowd = {
  ...errand,
  aDay: { weekday: 0.9, weekend: 0.9 },
  arrivalHour: [
    18, 18.03, 18.17, 18.34, 18.5, 18.67, 18.84, 19.01, 19.22, 19.42, 19.63, 19.83, 20.05, 20.31, 20.58, 20.84, 21.15,
    21.52, 21.89, 22.43, 23.07, 23.82, 24,
  ],
  stayHours: [
    6, 6.15, 7.29, 7.98, 8.49, 8.91, 9.29, 9.65, 9.99, 10.32, 10.66, 11, 11.35, 11.72, 12.11, 12.54, 13.02, 13.58,
    14.25, 15.15, 16.6, 18, 18,
  ],
  stayWithArrival: -0.5,
};

/** At a fast charger one waits for the car. */
const fast: Crowd = {
  ...errand,
  aDay: { weekday: 9, weekend: 9 },
  stayHours: [
    0.17, 0.24, 0.31, 0.36, 0.4, 0.43, 0.46, 0.49, 0.51, 0.54, 0.57, 0.6, 0.63, 0.66, 0.7, 0.74, 0.79, 0.84, 0.91, 1,
    1.16, 1.52, 2.07,
  ],
  energyKwh: [
    3, 3.7, 6.1, 8, 9.7, 11.2, 12.7, 14.2, 15.7, 17.4, 19.1, 21, 23.1, 25.4, 28, 31.1, 34.8, 39.5, 45.7, 54.9, 72.1, 80,
    80,
  ],
  energyWithStay: 0.8,
};

/** Who comes to a charger, by the kind of its site. */
export const SITE_KINDS: Record<SiteKind, readonly Crowd[]> = {
  campus: [campus],
  lab: [lab],
  workplace: [workplace],
  town: [errand, overnight],
  'town-fast': [fast],
};

const MEASURED = ['campus', 'lab', 'workplace'] as const;

/** The kind of site at which a charger stands: with measured visitors one of the three, by its seed; of fast chargers none was measured. */
export function kindOfSite(
  { site, dc }: Pick<ChargerPlan, 'site' | 'dc'>,
  { visitors, seed }: { visitors: Visitors; seed: string },
): SiteKind {
  if (dc) return 'town-fast';
  return visitors === 'town' ? 'town' : seededRandom(`${seed}/${site}/visitors`).pick(MEASURED);
}
