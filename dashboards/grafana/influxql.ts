import type { Builder, Dataquery } from '@grafana/grafana-foundation-sdk/cog';

/** The data source that every panel reads, by this uid in whichever Grafana. */
export const DATA_SOURCE = { type: 'influxdb', uid: 'polisgrid-influxdb' };

/** A query in InfluxQL as Grafana's InfluxDB data source keeps it in a panel. */
export interface InfluxTarget extends Dataquery {
  refId: string;
  datasource: typeof DATA_SOURCE;
  query: string;
  rawQuery: true;
  resultFormat: 'time_series';
  /** The name of the series in the legend; `$tag_device` stands for a tag. */
  alias: string;
}

/** A panel's query. The SDK has no module for InfluxDB, so this is it. */
export function influxTarget(of: Pick<InfluxTarget, 'refId' | 'alias' | 'query'>): Builder<InfluxTarget> {
  const fixed = { datasource: DATA_SOURCE, rawQuery: true, resultFormat: 'time_series' } as const;
  return { build: () => ({ ...of, ...fixed, _implementsDataqueryVariant() {} }) };
}

const CHOSEN = `$timeFilter AND "site" =~ /^$site$/`;

/** The sum over all devices of a type of a metric's mean, per step. */
export function sumOfMeans(type: string, metric: string): string {
  const each = `SELECT mean("${metric}") AS "one" FROM "${type}" WHERE ${CHOSEN} GROUP BY time($__interval), "site", "device" fill(none)`;
  return `SELECT sum("one") FROM (${each}) WHERE $timeFilter GROUP BY time($__interval) fill(null)`;
}

/** A metric's mean per step, a series for each device of a type. */
export function meanOfEach(type: string, metric: string): string {
  return `SELECT mean("${metric}") FROM "${type}" WHERE ${CHOSEN} GROUP BY time($__interval), "site", "device" fill(null)`;
}

/**
 * What a register has counted in the time shown, summed over all devices of a type. A register that starts again from 0
 * loses what it counted within five minutes and nothing else.
 */
export function counted(type: string, register: string): string {
  const steps = `SELECT non_negative_difference(last("${register}")) AS "step" FROM "${type}" WHERE ${CHOSEN} GROUP BY time(5m), "site", "device" fill(none)`;
  return `SELECT sum("step") FROM (${steps}) WHERE $timeFilter`;
}
