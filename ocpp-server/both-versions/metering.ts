import type { Millis } from '#estate/units.ts';
import { meaningOf } from '../messages/tolerant.ts';

/**
 * Meter values, in which both versions say the same: from sampled values to the energy register, the power and the
 * samples that are kept (OCPP 1.6 §7.41-7.45, OCPP 2.0.1 part 2 §2.42, §3.12).
 */
export interface SampledValue {
  value: number;
  /** Absent: `Energy.Active.Import.Register`. */
  measurand?: string | undefined;
  /** Absent: the whole of the EVSE. */
  phase?: string | undefined;
  /** Absent: `Outlet`. */
  location?: string | undefined;
  context?: string | undefined;
  /** Absent: Wh, W, A, V or %. */
  unit?: string | undefined;
  /** Power of ten (OCPP 2.0.1); absent: 0. */
  multiplier?: number | undefined;
}

export interface MeterValue {
  at: Millis;
  samples: readonly SampledValue[];
}

/** What an EVSE's meter said at one time, in the metrics of a charging station. */
export interface MeterMoment {
  at: Millis;
  values: Record<string, number>;
}

export interface Metering {
  /** The energy register, Wh, at the first and the last moment that have it. */
  firstRegisterWh: number | null;
  lastRegisterWh: number | null;
  /** The last power into the car, W. */
  powerW: number | null;
  /** The last current into the car, A, of each phase that was told: L1, L2, L3; null when none was. */
  currentA: number[] | null;
  /** In the order of time. */
  moments: MeterMoment[];
}

interface Quantity {
  metric: string;
  measurand: string;
  /** What a unit is worth in the metric's own; a unit that is not here is not understood, and the value is left out. */
  units: Record<string, number>;
  ofPhases: (values: readonly number[]) => number;
}

const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
const mean = (values: readonly number[]) => sum(values) / values.length;

const CURRENT: Quantity = { metric: 'A', measurand: 'current.import', units: { a: 1 }, ofPhases: mean };
const QUANTITIES: readonly Quantity[] = [
  { metric: 'TotWhImp', measurand: 'energy.active.import.register', units: { wh: 1, kwh: 1_000 }, ofPhases: sum },
  { metric: 'W', measurand: 'power.active.import', units: { w: 1, kw: 1_000 }, ofPhases: sum },
  CURRENT,
  { metric: 'V', measurand: 'voltage', units: { v: 1 }, ofPhases: mean },
  { metric: 'SoC', measurand: 'soc', units: { percent: 1, '%': 1 }, ofPhases: mean },
];

/** A phase against neutral; the voltage between two phases is another quantity. */
const PHASE = /^L[123](-N)?$/i;

/** Where a value is taken that says nothing about the car. */
const ELSEWHERE = new Set(['inlet', 'body']);

/** Reads meter values. They may come in any order, and those of several contexts may share one timestamp. */
export function meter(values: readonly MeterValue[]): Metering {
  const moments = values
    .flatMap(byContext)
    .toSorted((one, other) => one.at - other.at || one.rank - other.rank)
    .map(({ at, samples }) => ({ at, values: measured(samples), currentA: currentsIn(samples) }))
    .filter((moment) => Object.keys(moment.values).length > 0);
  const registers = moments.flatMap((moment) => moment.values['TotWhImp'] ?? []);
  return {
    firstRegisterWh: registers[0] ?? null,
    lastRegisterWh: registers.at(-1) ?? null,
    powerW: moments.findLast((moment) => moment.values['W'] !== undefined)?.values['W'] ?? null,
    currentA: moments.findLast((moment) => moment.currentA !== null)?.currentA ?? null,
    moments: moments.map(({ at, values }) => ({ at, values })),
  };
}

/** One meter value may hold the register of the beginning beside that of the end. */
function byContext({ at, samples }: MeterValue): (MeterValue & { rank: number })[] {
  const ranks = Map.groupBy(samples, ({ context }) =>
    context === 'Transaction.Begin' ? 0 : context === 'Transaction.End' ? 2 : 1,
  );
  return [...ranks].map(([rank, ofRank]) => ({ at, samples: ofRank, rank }));
}

function measured(samples: readonly SampledValue[]): Record<string, number> {
  const values: Record<string, number> = {};
  for (const quantity of QUANTITIES) {
    const value = quantityIn(samples, quantity);
    if (value !== null) values[quantity.metric] = value;
  }
  return values;
}

function quantityIn(samples: readonly SampledValue[], quantity: Quantity): number | null {
  const phases: number[] = [];
  let whole: number | null = null;
  for (const sample of samples) {
    const value = valueOf(sample, quantity);
    if (value === null) continue;
    if (sample.phase === undefined) whole = value;
    else if (PHASE.test(sample.phase)) phases.push(value);
  }
  return whole ?? (phases.length > 0 ? quantity.ofPhases(phases) : null);
}

/** What a sample says of a quantity, in the unit of its metric; null when nothing that is understood. */
function valueOf(sample: SampledValue, quantity: Quantity): number | null {
  if ((sample.measurand ?? 'Energy.Active.Import.Register').toLowerCase() !== quantity.measurand) return null;
  if (ELSEWHERE.has(sample.location?.toLowerCase() ?? '')) return null;
  const worth = sample.unit === undefined ? 1 : meaningOf(quantity.units, sample.unit.toLowerCase());
  if (worth === undefined) return null;
  const value = sample.value * worth * 10 ** (sample.multiplier ?? 0);
  return Number.isFinite(value) ? value : null;
}

/** The current by phase, as far as it is told by phase. */
function currentsIn(samples: readonly SampledValue[]): number[] | null {
  const byPhase = new Map<string, number>();
  for (const sample of samples) {
    if (sample.phase === undefined || !PHASE.test(sample.phase)) continue;
    const value = valueOf(sample, CURRENT);
    if (value !== null) byPhase.set(sample.phase.slice(0, 2).toUpperCase(), value);
  }
  const told = ['L1', 'L2', 'L3'].flatMap((phase) => byPhase.get(phase) ?? []);
  return told.length > 0 ? told : null;
}
