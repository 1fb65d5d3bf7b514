import { HOUR } from '#estate/units.ts';
import { cos } from '../physics/angle.ts';
import { sunPosition } from '../physics/sun.ts';

const PLACE = { latitude: 45, longitude: 8 };
const ZONE_HOURS = 1;
const PERFORMANCE = 0.78;

/**
 * A PVWatts file of a flat plant in Piedmont and of some days in spring, under a sun of 500 W/m² in a sky of 100 W/m²:
 * so flat that what falls on it can be said by hand.
 */
export function specimenPvWatts(changes: { planeFactor?: number; acFactor?: number } = {}): string {
  const { planeFactor = 1, acFactor = 1 } = changes;
  const hours = Array.from({ length: 10 * 24 }, (_, n) => {
    const date = new Date(Date.UTC(2001, 3, 1) + n * HOUR);
    const { zenithDeg } = sunPosition(date.getTime() + (0.5 - ZONE_HOURS) * HOUR, PLACE);
    const up = zenithDeg < 90;
    const [beam, diffuse] = up ? [500, 100] : [0, 0];
    const plane = up ? beam * cos(zenithDeg) + diffuse : 0;
    const ac = acFactor * PERFORMANCE * 4 * plane;
    const clock = [date.getUTCMonth() + 1, date.getUTCDate(), date.getUTCHours()];
    return [...clock, beam, diffuse, 15, 2, (planeFactor * plane).toFixed(3), 20, ac.toFixed(3), ac.toFixed(3)].join();
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
