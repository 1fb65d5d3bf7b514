import { HOUR } from '#estate/units.ts';
import { cos } from '../physics/angle.ts';
import { sunPosition } from '../physics/sun.ts';

const PLACE = { latitude: 45, longitude: 8 };
const ZONE_HOURS = 1;
/** What is known of the plant and its weather, as the lines below say it. */
const PLANT = { peakW: 4000, losses: 0.14, inverterEfficiency: 0.96, perKelvin: -0.0047, nominalC: 45 };
const WEATHER = { beamW: 500, diffuseW: 100, airC: 15, windMs: 2 };

/**
 * A PVWatts file of a flat plant in Piedmont and of some days in spring, under a sun of 500 W/m² in a sky of 100 W/m²:
 * so flat that what falls on it can be said by hand, and what it gives by the formulas of textbooks.
 */
export function specimenPvWatts(
  changes: { planeFactor?: number; acFactor?: number; month?: number; days?: number } = {},
): string {
  const { planeFactor = 1, acFactor = 1, month = 4, days = 10 } = changes;
  const { airC, windMs } = WEATHER;
  const hours = Array.from({ length: days * 24 }, (_, n) => {
    const date = new Date(Date.UTC(2001, month - 1, 1) + n * HOUR);
    const { zenithDeg } = sunPosition(date.getTime() + (0.5 - ZONE_HOURS) * HOUR, PLACE);
    const up = zenithDeg < 90;
    const [beam, diffuse] = up ? [WEATHER.beamW, WEATHER.diffuseW] : [0, 0];
    const plane = up ? beam * cos(zenithDeg) + diffuse : 0;
    const ac = up ? acFactor * acPower(plane, zenithDeg) : 0;
    const clock = [date.getUTCMonth() + 1, date.getUTCDate(), date.getUTCHours()];
    const given = [(planeFactor * plane).toFixed(3), 20, ac.toFixed(3), ac.toFixed(3)];
    return [...clock, beam, diffuse, airC, windMs, ...given].join();
  });
  return [
    'PVWatts: Hourly PV Performance Data,,',
    'Location:,"Lat, Lon: 45, 8.0",',
    'Lat (deg N):,45,',
    'Long (deg W):,-8,',
    'DC System Size (kW):,4,',
    'Module Type:,Standard,',
    'Array Type:,Fixed (open rack),',
    'Array Tilt (deg):,0,',
    'Array Azimuth (deg):,180,',
    'System Losses:,14,',
    'Invert Efficiency:,96,',
    'DC to AC Size Ratio:,1.1,',
    ',,',
    'Month,Day,Hour,Beam Irradiance (W/m^2),Diffuse Irradiance (W/m^2),Ambient Temperature (C),Wind Speed (m/s),Plane of Array Irradiance (W/m^2),Cell Temperature (C),DC Array Output (W),AC System Output (W)',
    ...hours,
    'Totals, , ,1,1',
  ].join('\n');
}

/**
 * AC power by formulas other than those of PVWatts: the cells are warmer than the air in proportion to the light by their
 * nominal operating temperature (R. Ross, IEEE PVSC 12, 1976), glass reflects by ASHRAE's incidence modifier with b₀ =
 * 0.05 (A. Souka and H. Safwat, Solar Energy 10, 1966), and the inverter has one efficiency at any load.
 */
function acPower(planeW: number, zenithDeg: number): number {
  const { peakW, losses, inverterEfficiency, perKelvin, nominalC } = PLANT;
  const cellC = WEATHER.airC + ((nominalC - 20) / 800) * planeW;
  const modifier = Math.max(0, 1 - 0.05 * (1 / cos(zenithDeg) - 1));
  const passedW = planeW - (1 - modifier) * WEATHER.beamW * cos(zenithDeg);
  return (passedW / 1000) * peakW * (1 + perKelvin * (cellC - 25)) * (1 - losses) * inverterEfficiency;
}
