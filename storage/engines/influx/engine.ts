import type { Clock } from '#estate/clock.ts';
import type { Series } from '../../series.ts';
import { append } from './append.ts';
import { last, query } from './read.ts';
import { influxServer } from './server.ts';

/**
 * Series in InfluxDB 1.x. It may be away at any time, also at the start: then each call is a PolisError `unavailable`,
 * and the caller keeps what it has.
 *
 * A value written again with good quality where it was bad keeps the old quality: InfluxDB cannot clear a field.
 *
 * @param input `influx://user:password@host:8086/database`, which is made when it is absent.
 */
export function openInfluxSeries({ url, clock }: { url: string; clock: Clock }): Series {
  const server = influxServer(url, clock);
  return {
    engine: 'influx',
    append: (readings) => append(server, readings),
    query: (asked) => query(server, asked),
    last: (devices, now) => last(server, devices, now),
    close: () => Promise.resolve(),
  };
}
