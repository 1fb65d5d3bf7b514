import type { Air } from './pv.ts';

/** What the cells keep from one step to the next. */
export interface CellState {
  cellC: number;
  /** Irradiance that the modules took up, W/m². */
  absorbedW: number;
}

interface Mounting {
  /** Convection from both sides, as a multiple of that from the front. */
  bothSides: number;
  /** How far what lies behind the modules is warmer than the air, as a share of what the cells are. */
  behind: number;
  /** J/(m² K). */
  capacity: number;
}

const STEFAN_BOLTZMANN = 5.669e-8;
const KELVIN = 273.15;
const ABSORPTANCE = 0.83;
const EMITTANCE = 0.84;
/** Length over which air flows along a module, m. */
const FETCH_M = 0.5;
/** Height of the modules and of the anemometer, m. */
const HEIGHTS_M = { module: 5, wind: 9.144 };
/** The conditions for which a nominal operating temperature is stated. */
const NOMINAL = { airK: 293.15, skyK: 282.21, irradianceW: 800, windMs: 1 };

const mountings = new Map<number, Mounting>();

/**
 * The temperature of the cells after some hours in the given sun and air, °C; without a state before it, that in which
 * they come to rest. Heat is lost by wind and by radiation to the sky and to what lies behind.
 *
 * Source: M. Fuentes, A simplified thermal model for flat-plate photovoltaic arrays, SAND85-0330 (1987).
 */
export function cellTemperature(
  incidentW: number,
  air: Air,
  mount: { nominalC: number; before?: CellState | undefined; hours?: number },
): CellState {
  const absorbedW = incidentW * ABSORPTANCE;
  if (incidentW <= 0) return { cellC: air.temperatureC, absorbedW: 0 };
  const mounting = mountingOf(mount.nominalC);
  const airK = air.temperatureC + KELVIN;
  const skyK = 0.68 * 0.0552 * airK ** 1.5 + 0.32 * airK;
  const windMs = Math.max(0, air.windMs) * (HEIGHTS_M.module / HEIGHTS_M.wind) ** 0.2 + 0.0001;
  const { before } = mount;
  const beforeK = before ? before.cellC + KELVIN : airK;
  const absorbedBefore = before?.absorbedW ?? absorbedW;
  let cellK = beforeK;
  // The coefficients depend on the temperature that is sought; ten rounds settle it.
  for (let round = 0; round < 10; round++) {
    const wind = mounting.bothSides * convection(cellK, airK, windMs);
    const behindK = airK + mounting.behind * (cellK - airK);
    const sky = radiation(cellK, skyK);
    const ground = radiation(cellK, behindK);
    const losses = wind + sky + ground;
    const gains = wind * airK + sky * skyK + ground * behindK;
    const decay = before ? (losses / mounting.capacity) * (mount.hours ?? 1) * 3600 : Infinity;
    const left = Math.exp(-decay);
    const rise = absorbedW - absorbedBefore;
    cellK = beforeK * left + ((1 - left) * (gains + absorbedBefore - rise / decay) + rise) / losses;
  }
  return { cellC: cellK - KELVIN, absorbedW };
}

/** What a nominal operating temperature says of how freely the modules stand. */
function mountingOf(nominalC: number): Mounting {
  const known = mountings.get(nominalC);
  if (known) return known;
  const cellK = nominalC + KELVIN;
  const { airK, skyK, irradianceW, windMs } = NOMINAL;
  const above = cellK - airK;
  const front = convection(cellK, airK, windMs);
  const gain = ABSORPTANCE * irradianceW;
  const toSky = EMITTANCE * STEFAN_BOLTZMANN * (cellK ** 4 - skyK ** 4);
  const back = (gain - toSky - front * above) / ((radiation(cellK, airK) + front) * above);
  const behindK = clamp((cellK ** 4 - back * (cellK ** 4 - airK ** 4)) ** 0.25, airK, cellK);
  const toBehind = EMITTANCE * STEFAN_BOLTZMANN * (cellK ** 4 - behindK ** 4);
  const mounting = {
    bothSides: (gain - toSky - toBehind) / (front * above),
    behind: (behindK - airK) / above,
    capacity: 11_000 * Math.max(1, 1 + (nominalC - 48) / 12),
  };
  mountings.set(nominalC, mounting);
  return mounting;
}

/** Free and forced convection from one side, W/(m² K). */
function convection(cellK: number, airK: number, windMs: number): number {
  const filmK = (cellK + airK) / 2;
  const density = (0.003484 * 101_325) / filmK;
  const viscosity = (0.24237e-6 * filmK ** 0.76) / density;
  const conductivity = 2.1695e-4 * filmK ** 0.84;
  const reynolds = (windMs * FETCH_M) / viscosity;
  const stanton = reynolds > 1.2e5 ? 0.0282 / reynolds ** 0.2 / 0.71 ** 0.4 : 0.86 / reynolds ** 0.5 / 0.71 ** 0.67;
  const forced = stanton * density * windMs * 1007;
  const grashof = ((9.8 / filmK) * Math.abs(cellK - airK) * FETCH_M ** 3 * 0.5) / viscosity ** 2;
  const free = (0.21 * (grashof * 0.71) ** 0.32 * conductivity) / FETCH_M;
  return Math.cbrt(free ** 3 + forced ** 3);
}

/** Radiation between two temperatures, W/(m² K). */
function radiation(oneK: number, otherK: number): number {
  return EMITTANCE * STEFAN_BOLTZMANN * (oneK ** 2 + otherK ** 2) * (oneK + otherK);
}

function clamp(value: number, least: number, most: number): number {
  return Math.max(least, Math.min(most, value));
}
