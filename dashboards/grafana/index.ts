/** Grafana: dashboards as code, written to files or pushed over its API. */
export { createGrafanaClient, type GrafanaAccess, type GrafanaClient } from './client.ts';
export type { InfluxAccess } from './data-source.ts';
export { exportGrafana, type ExportOptions } from './export.ts';
export { DASHBOARDS } from './list.ts';
export { pushGrafana, type Pushed } from './push.ts';
export { fillMacros, panelsOf, queriesOf, type DashboardQuery, type MacroValues } from './queries.ts';
