import { number, plainNumber } from '../format/quantity.ts';

/** How a metric is shown: the unit that people use, the factor to it, decimals. */
interface Shown {
  unit: string;
  factor?: number;
  digits: number;
}

const KILOWATT: Shown = { unit: 'kW', factor: 0.001, digits: 2 };
const KILOWATT_HOUR: Shown = { unit: 'kWh', factor: 0.001, digits: 0 };
const CELSIUS: Shown = { unit: '°C', digits: 1 };
const PERCENT: Shown = { unit: '%', digits: 0 };

const VOLT: Shown = { unit: 'V', digits: 0 };
const AMPERE: Shown = { unit: 'A', digits: 1 };

const METRICS = {
  W: KILOWATT,
  TotWhImp: KILOWATT_HOUR,
  TotWhExp: KILOWATT_HOUR,
  TotWhInj: KILOWATT_HOUR,
  VA: { unit: 'kVA', factor: 0.001, digits: 2 },
  Var: { unit: 'kvar', factor: 0.001, digits: 2 },
  PF: { unit: '', digits: 2 },
  A: AMPERE,
  V: VOLT,
  LNV: VOLT,
  LLV: VOLT,
  Hz: { unit: 'Hz', digits: 2 },
  WL1: KILOWATT,
  WL2: KILOWATT,
  WL3: KILOWATT,
  AL1: AMPERE,
  AL2: AMPERE,
  AL3: AMPERE,
  VL1: VOLT,
  VL2: VOLT,
  VL3: VOLT,
  HeatW: KILOWATT,
  TmpCab: CELSIUS,
  TmpAir: CELSIUS,
  TmpAmb: CELSIUS,
  TmpSet: CELSIUS,
  RH: PERCENT,
  WMaxLimPct: PERCENT,
  SoC: PERCENT,
  CO2: { unit: 'ppm', digits: 0 },
  PM25: { unit: 'µg/m³', digits: 1 },
  GHI: { unit: 'W/m²', digits: 0 },
} as const satisfies Record<string, Shown>;

type KnownMetric = keyof typeof METRICS;

export function isKnown(metric: string): metric is KnownMetric {
  return Object.hasOwn(METRICS, metric);
}

/** A measured value in the unit that people use. A metric we do not know is shown as it came. */
export function shown(metric: string, value: number, locale: string): { text: string; unit: string } {
  if (!isKnown(metric)) return { text: plainNumber(value, locale), unit: '' };
  const { unit, factor = 1, digits }: Shown = METRICS[metric];
  return { text: number(value * factor, digits, locale), unit };
}
