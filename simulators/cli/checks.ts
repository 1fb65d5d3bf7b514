import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { PolisError, messageOf } from '#estate/errors.ts';
import { withFile } from '../checks/csv.ts';
import { PUBLISHED_SUN } from '../checks/published-sun.ts';
import { comparePv } from '../checks/pv.ts';
import { parsePvWatts } from '../checks/pvwatts-file.ts';
import { parseSessions } from '../checks/session-file.ts';
import { compareSessions, isSiteKind, siteKinds, worst } from '../checks/sessions.ts';
import { sunError } from '../checks/sun.ts';
import { type Command, DIFFERS, onlyOne, PASSED, percent, read, say, table, wrongUsage } from './command.ts';

const SUN_LIMIT_DEG = 0.02;
const PLANE_LIMIT = 0.03;
const YEAR_LIMIT = 0.02;
const SESSIONS_LIMIT = 0.05;

export const checkSun: Command = {
  about: `compare the sun with ${PUBLISHED_SUN.length} published positions`,
  usage: `polisgrid sim check-sun
Compares the simulated sun with ${PUBLISHED_SUN.length} published positions of NREL's SPA; no angle may be ${SUN_LIMIT_DEG}° away.`,
  run(words) {
    const { positionals } = read(words, {});
    if (positionals.length > 0) throw wrongUsage(`"${positionals.join(' ')}" is not understood.`);
    const errors = PUBLISHED_SUN.map(sunError);
    const rows = PUBLISHED_SUN.map(({ at, place, zenithDeg, azimuthDeg, source }, n) => [
      at,
      place.latitude.toFixed(4),
      place.longitude.toFixed(4),
      zenithDeg.toFixed(4),
      azimuthDeg.toFixed(4),
      (errors[n]?.zenithDeg ?? 0).toFixed(4),
      (errors[n]?.azimuthDeg ?? 0).toFixed(4),
      source,
    ]);
    const titles = ['time', 'latitude', 'longitude', 'zenith', 'azimuth', 'zenith error', 'azimuth error', 'source'];
    say(table([titles, ...rows]));
    const most = Math.max(...errors.flatMap((each) => [Math.abs(each.zenithDeg), Math.abs(each.azimuthDeg)]));
    return Promise.resolve(
      verdict(most <= SUN_LIMIT_DEG, `greatest error ${most.toFixed(4)}°, limit ${SUN_LIMIT_DEG}°`),
    );
  },
};

export const checkPv: Command = {
  about: 'compare a photovoltaic plant with an hourly PVWatts file',
  usage: `polisgrid sim check-pv FILE.csv
Runs the plant of an hourly PVWatts export in the file's weather. The irradiance in the plane of the array may differ by
${percent(PLANE_LIMIT)} (root mean square error of the hours with light, over their mean), the AC energy of the year by ${percent(YEAR_LIMIT)}.
The model is that of PVWatts 5; newer exports are read too, but PVWatts 7 and 8 have other modules.`,
  async run(words) {
    const file = onlyOne(read(words, {}).positionals, 'file');
    const given = await withFile(file, parsePvWatts);
    const found = comparePv(given);
    const { plant, place, hours } = given;
    say(
      table([
        ['plant', `${plant.peakW / 1000} kWp, ${plant.module}, ${plant.mount}`],
        ['facing', `tilt ${plant.tiltDeg}°, azimuth ${plant.azimuthDeg}°`],
        ['inverter', `${Math.round(plant.inverterW)} W, ${percent(plant.inverterEfficiency ?? 0)} at full power`],
        ['losses', percent(plant.losses ?? 0)],
        [
          'place',
          `${place.latitude}, ${place.longitude}; UTC${found.zoneHours < 0 ? '' : '+'}${found.zoneHours} by its daylight`,
        ],
        ['hours', `${hours.length}, ${found.daylightHours} with light`],
        ['plane of array', `RMSE ${found.planeRmseW.toFixed(2)} W/m²`],
        ['  of the mean', `${percent(found.planeOfMean)}, limit ${percent(PLANE_LIMIT)}`],
        ['  of the maximum', percent(found.planeOfMost)],
        ['AC energy', `${kilowattHours(found.acWh)}; PVWatts ${kilowattHours(found.fileAcWh)}`],
        ['  difference', `${percent(found.acShare)}, limit ${percent(YEAR_LIMIT)}`],
      ]),
    );
    const passed = found.planeOfMean <= PLANE_LIMIT && Math.abs(found.acShare) <= YEAR_LIMIT;
    return verdict(passed, `plane of array ${percent(found.planeOfMean)}, energy ${percent(found.acShare)}`);
  },
};

export const checkSessions: Command = {
  about: 'compare the drivers with real charging sessions',
  usage: `polisgrid sim check-sessions DIR [--kind KIND]
Compares the visits that simulated drivers make with the sessions in DIR's CSV files (plug_in, plug_out,
charging_minutes, energy_kwh): the Kolmogorov-Smirnov distance of arrival, stay and energy may be ${SESSIONS_LIMIT} each.
KIND is one of ${siteKinds().join(', ')}; without it each file is compared with the kind that fits it best.`,
  async run(words) {
    const { values, positionals } = read(words, { kind: { type: 'string' } });
    const folder = onlyOne(positionals, 'folder');
    const { kind } = values;
    if (kind !== undefined && !isSiteKind(kind)) throw wrongUsage(`There is no kind of site "${kind}".`);
    const files = await csvFilesIn(folder);
    const found = [];
    for (const file of files) {
      const sessions = await withFile(file, parseSessions);
      found.push({ file, count: sessions.length, distances: compareSessions(sessions, kind) });
    }
    const rows = found.map(({ file, count, distances }) => [
      basename(file),
      String(count),
      distances.kind,
      ...[distances.arrival, distances.stay, distances.energy].map((each) => each.toFixed(4)),
    ]);
    say(table([['file', 'sessions', 'kind', 'arrival', 'stay', 'energy'], ...rows]));
    const most = Math.max(...found.map(({ distances }) => worst(distances)));
    return verdict(most <= SESSIONS_LIMIT, `greatest distance ${most.toFixed(4)}, limit ${SESSIONS_LIMIT}`);
  },
};

async function csvFilesIn(folder: string): Promise<string[]> {
  const names = await readdir(folder).catch((error: unknown) => {
    throw new PolisError('invalid', `${folder} cannot be read: ${messageOf(error)}`, { cause: error });
  });
  const files = names.filter((name) => name.endsWith('.csv')).toSorted();
  if (files.length === 0) throw new PolisError('invalid', `There is no file in ${folder} whose name ends with .csv.`);
  return files.map((name) => join(folder, name));
}

function verdict(passed: boolean, figures: string): number {
  say(`\n${passed ? 'Passed' : 'Failed'}: ${figures}.`);
  return passed ? PASSED : DIFFERS;
}

function kilowattHours(wh: number): string {
  return `${(wh / 1000).toFixed(1)} kWh`;
}
