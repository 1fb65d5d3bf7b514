import type { Millis } from '#estate/units.ts';
import { z } from 'zod';
import type { ChargerPlan } from '../estate/plan.ts';
import { digestOf, hourOf, HOURS_A_DAY, metricSeed, roundedValue } from '../series-digest.ts';
import type { SeriesTruth } from '../series-truth.ts';
import type { OutboxMessage } from './outbox.ts';
import { canBeRight } from './wrong-clock.ts';

/** What the meters of a charger told of running sessions. It is data: there are thousands of chargers. */
export interface TruthMeters {
  /** Of each EVSE that told something. */
  readonly tallies: Tally[];
  /** Readings that are not confirmed. */
  readonly awaited: Awaited[];
}

interface Awaited {
  message: OutboxMessage;
  tally: Tally;
  at: Millis;
}

/** The type of such a series. */
export const METER_SERIES = 'charging-station';

/** By measurand; of several phases the mean, as only current is told by phase. */
const METRIC_OF: Readonly<Record<string, string>> = {
  'Energy.Active.Import.Register': 'TotWhImp',
  'Power.Active.Import': 'W',
  'Current.Import': 'A',
  Voltage: 'V',
  SoC: 'SoC',
};
const METRICS = Object.values(METRIC_OF);
const SEEDS = METRICS.map(metricSeed);
const WORTH: Readonly<Record<string, number>> = { kWh: 1_000, kW: 1_000 };

/** Sums of an EVSE: by hour, by metric, and the hashes of the newest reading. */
const FIRST_METRIC = HOURS_A_DAY;
const FIRST_NEWEST = FIRST_METRIC + METRICS.length;
const WIDTH = FIRST_NEWEST + METRICS.length;

const EVERY_HOUR = 2 ** HOURS_A_DAY - 1;

interface ToldReading {
  at: Millis;
  values: Record<string, number>;
}

interface Tally {
  evse: number;
  sums: Uint32Array;
  readings: number;
  lost: number;
  stampedAgain: number;
  uncertain: number;
  newestAt: Millis;
  latestAt: Millis;
  firstAt: Millis;
  /** The newest that was confirmed. */
  heardAt: Millis;
  /** Its clock was wrong at some time. */
  wasOff: boolean;
  /** A bit for each hour of the day. */
  unsure: number;
}

export function newTruthMeters(): TruthMeters {
  return { tallies: [], awaited: [] };
}

/** A message is to be sent. @param trueAt when that was, by the right clock. */
export function noteMeasured({ tallies, awaited }: TruthMeters, message: OutboxMessage, trueAt: Millis): void {
  const told = toldIn(message.payload);
  if (!told) return;
  const { evse, kind } = message;
  const { at } = told;
  const tally = tallies.find((each) => each.evse === evse) ?? newTally(evse);
  if (!tallies.includes(tally)) tallies.push(tally);
  if (message.at !== trueAt) tally.wasOff = true;
  const isBelieved = canBeRight(at, trueAt);
  if (isBelieved && kind !== 'asked') {
    take(tally, told);
    awaited.push({ message, tally, at });
  } else {
    tally.uncertain += 1;
    tally.unsure |= isBelieved ? bitOf(at) : EVERY_HOUR;
  }
}

export function noteHeard(meters: TruthMeters, message: OutboxMessage): void {
  const heard = takeOut(meters, message);
  if (heard) heard.tally.heardAt = Math.max(heard.tally.heardAt, heard.at);
}

/** It was dropped, or given up after it may have been heard. */
export function noteLost(meters: TruthMeters, message: OutboxMessage): void {
  const lost = takeOut(meters, message);
  if (!lost) return;
  lost.tally.lost += 1;
  lost.tally.unsure |= bitOf(lost.at);
}

function takeOut({ awaited }: TruthMeters, message: OutboxMessage): Awaited | undefined {
  const at = awaited.findIndex((each) => each.message === message);
  return at < 0 ? undefined : awaited.splice(at, 1)[0];
}

/** A series for each EVSE that told something, named `{charger}:{evse}`. */
export function listMeters({ tallies, awaited }: TruthMeters, plan: Pick<ChargerPlan, 'id' | 'dc'>): SeriesTruth[] {
  return tallies
    .toSorted((one, other) => one.evse - other.evse)
    .map((each) => seriesOf(each, { ...plan, awaited: awaited.filter(({ tally }) => tally === each) }));
}

function newTally(evse: number): Tally {
  return {
    evse,
    sums: new Uint32Array(WIDTH),
    readings: 0,
    lost: 0,
    stampedAgain: 0,
    uncertain: 0,
    newestAt: NaN,
    latestAt: -Infinity,
    firstAt: Infinity,
    heardAt: -Infinity,
    wasOff: false,
    unsure: 0,
  };
}

/** A reading at the time of the one before takes its place. */
function take(tally: Tally, { at, values }: ToldReading): void {
  const { sums } = tally;
  const isInPlace = at === tally.newestAt;
  if (!isInPlace) tally.readings += 1;
  // Its clock was set back: what was told of that time before is not known any more.
  if (!isInPlace && at <= tally.latestAt) {
    tally.stampedAgain += 1;
    tally.unsure |= bitOf(at);
  }
  for (const [index, metric] of METRICS.entries()) {
    const value = values[metric];
    const digest = value === undefined ? 0 : digestOf(SEEDS[index] ?? 0, at, value);
    const more = digest - (isInPlace ? (sums[FIRST_NEWEST + index] ?? 0) : 0);
    for (const place of [hourOf(at), FIRST_METRIC + index]) sums[place] = (sums[place] ?? 0) + more;
    sums[FIRST_NEWEST + index] = digest;
  }
  tally.newestAt = at;
  tally.latestAt = Math.max(tally.latestAt, at);
  tally.firstAt = Math.min(tally.firstAt, at);
}

function seriesOf(
  tally: Tally,
  { id, dc, awaited }: { id: string; dc: boolean; awaited: readonly Awaited[] },
): SeriesTruth {
  const { evse, sums, readings, lost, stampedAgain, uncertain, firstAt, heardAt, wasOff } = tally;
  const unsure = awaited.reduce((hours, { at }) => hours | bitOf(at), tally.unsure);
  // A car tells how full it is over a DC cable alone.
  const metrics = METRICS.flatMap((metric, index): [string, number][] =>
    metric === 'SoC' && !dc ? [] : [[metric, sums[FIRST_METRIC + index] ?? 0]],
  );
  return {
    device: `${id}:${evse}`,
    type: METER_SERIES,
    readings,
    acknowledged: Math.max(0, readings - lost - awaited.length),
    // Its time is enough: its values are in the digest.
    last: heardAt > -Infinity ? { at: heardAt, values: {} } : null,
    ...(wasOff && heardAt > -Infinity ? { firstAt } : {}),
    ...(stampedAgain === 0 ? {} : { stampedAgain }),
    ...(uncertain === 0 ? {} : { uncertain }),
    digest: { hours: [...sums.subarray(0, HOURS_A_DAY)], metrics: Object.fromEntries(metrics) },
    unsureHours: Array.from({ length: HOURS_A_DAY }, (_, hour) => hour).filter((hour) => (unsure & (1 << hour)) !== 0),
  };
}

function bitOf(at: Millis): number {
  return 1 << hourOf(at);
}

const sampledValue = z.object({
  measurand: z.string(),
  value: z.union([z.string(), z.number()]),
  unit: z.string().optional(),
  unitOfMeasure: z.object({ unit: z.string() }).optional(),
});
const meterValue = z.tuple([z.object({ timestamp: z.string(), sampledValue: z.array(sampledValue) })]);
const metered = z.union([
  z.object({ meterValue }).transform((told) => told.meterValue[0]),
  z.object({ transactionData: meterValue }).transform((told) => told.transactionData[0]),
]);

/** What a message says that the meter shows, as it stands on the wire, in Wh, W, A, V and %; null: nothing. */
function toldIn(payload: OutboxMessage['payload']): ToldReading | null {
  const { data: told } = metered.safeParse(payload);
  if (!told) return null;
  const values: Record<string, number> = {};
  for (const [metric, samples] of Map.groupBy(told.sampledValue, ({ measurand }) => METRIC_OF[measurand])) {
    if (metric === undefined) continue;
    const inUnit = samples.map(({ value, unit, unitOfMeasure }) => {
      return Number(value) * (WORTH[unit ?? unitOfMeasure?.unit ?? ''] ?? 1);
    });
    values[metric] = roundedValue(inUnit.reduce((sum, value) => sum + value, 0) / inUnit.length);
  }
  return { at: Date.parse(told.timestamp), values };
}
