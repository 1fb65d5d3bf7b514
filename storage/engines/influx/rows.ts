import { escape } from 'influx';
import type { Reading } from '#estate/sample.ts';
import type { RowsAsked } from '../../rollups/shelf.ts';
import { DELAY, receivedAfter } from '../delay.ts';
import { isMetric } from '../sieve.ts';
import { devicesNamed, during, measurementsOf, siteIs, withAny } from './read.ts';
import type { InfluxServer, ResultSeries } from './server.ts';

/** An answer with more readings, or of more devices, would keep other work waiting. */
const READINGS_AT_ONCE = 1_500;
const FIRST_DEVICES = 20;
const DEVICES_AT_ONCE = 100;

/** Readings as they are kept, of a few devices after the other; no more are asked for or held than the limit says. */
export async function rowsOf(server: InfluxServer, asked: RowsAsked): Promise<Reading[]> {
  const { devices, metrics, limit = Infinity } = asked;
  if (metrics && !metrics.every(isMetric)) return [];
  if (devices === undefined) return read(server, asked, limit);
  const readings: Reading[] = [];
  const left = [...devices];
  for (let atOnce = FIRST_DEVICES; left.length > 0 && readings.length < limit;) {
    const some = left.splice(0, atOnce);
    const found = await read(server, { ...asked, devices: some }, limit - readings.length);
    for (const reading of found) readings.push(reading);
    atOnce = Math.min(DEVICES_AT_ONCE, Math.ceil((READINGS_AT_ONCE * some.length) / Math.max(1, found.length)));
  }
  return readings;
}

async function read(server: InfluxServer, asked: RowsAsked, most: number): Promise<Reading[]> {
  const { site, devices, type, metrics, received = false } = asked;
  const { condition, bound } = devicesNamed(devices);
  const fields = [...(metrics?.flatMap((metric) => [metric, `q_${metric}`]) ?? []), ...(received ? [DELAY] : [])];
  const selected = metrics ? fields.map(escape.quoted).join(', ') : '*';
  const where = `${condition}${siteIs(site)}${metrics && received ? withAny(metrics) : ''} AND ${during(asked)}`;
  // A limit is of each group: where there is one, all must be in one group, and their names in each row.
  const statement = Number.isSafeInteger(most + 1)
    ? `SELECT ${selected}, "site"::tag, "device"::tag FROM ${measurementsOf(type)} WHERE ${where} LIMIT ${most}`
    : `SELECT ${selected} FROM ${measurementsOf(type)} WHERE ${where} GROUP BY "site", "device"`;
  const [series = []] = await server.ask([statement], { ...bound, ...(site === undefined ? {} : { site }) });
  return series.flatMap(readingsOf);
}

function readingsOf({ name: type, tags, columns, values }: ResultSeries): Reading[] {
  const [siteAt, deviceAt] = [columns.indexOf('site'), columns.indexOf('device')];
  const readings: Reading[] = [];
  for (const row of values) {
    const site = tags['site'] ?? String(row[siteAt]);
    const device = tags['device'] ?? String(row[deviceAt]);
    const reading: Reading = { site, device, type, ts: Number(row[0]), values: {} };
    for (let column = 1; column < columns.length; column++) {
      const [name = '', value] = [columns[column], row[column]];
      if (typeof value !== 'number') continue;
      if (name === DELAY) reading.receivedAt = receivedAfter(reading.ts, value);
      else if (name.startsWith('q_')) (reading.quality ??= {})[name.slice(2)] = value;
      else reading.values[name] = value;
    }
    if (Object.keys(reading.values).length > 0) readings.push(reading);
  }
  return readings;
}
