import type { Dashboard, Panel, RowPanel } from '@grafana/grafana-foundation-sdk/dashboard';
import { isoTime, type Millis } from '#estate/units.ts';

/** A query of a dashboard and where it stands. */
export interface DashboardQuery {
  /** `panel Title, A`, or `variable name`. */
  where: string;
  query: string;
}

/** Every query that Grafana would run for a dashboard: those of its panels and those of its variables. */
export function queriesOf(dashboard: Dashboard): DashboardQuery[] {
  const variables = (dashboard.templating?.list ?? []).flatMap(({ name, query }) =>
    typeof query === 'string' ? [{ where: `variable ${name}`, query }] : [],
  );
  const panels = panelsOf(dashboard).flatMap(({ title = '', targets = [] }) =>
    targets.flatMap((target) => {
      const query = 'query' in target && typeof target.query === 'string' ? target.query : null;
      const refId = 'refId' in target && typeof target.refId === 'string' ? target.refId : '';
      return query === null ? [] : [{ where: `panel ${title}, ${refId}`, query }];
    }),
  );
  return [...variables, ...panels];
}

/** The panels of a dashboard, those inside of rows too. */
export function panelsOf(dashboard: Dashboard): Panel[] {
  return (dashboard.panels ?? []).flatMap((panel: Panel | RowPanel) => ('panels' in panel ? panel.panels : [panel]));
}

export interface MacroValues {
  from: Millis;
  to: Millis;
  /** Width of a step, ms. */
  interval: number;
  /** What is chosen in each variable; a list where several are. */
  variables: Readonly<Record<string, string | readonly string[]>>;
}

/**
 * A query as it reaches InfluxDB: with Grafana's macros and the dashboard's variables filled in, those within a regular
 * expression by Grafana's own rule (a list becomes `(a|b)`).
 */
export function fillMacros(query: string, { from, to, interval, variables }: MacroValues): string {
  const values: Record<string, string> = {
    timeFilter: `time >= '${isoTime(from)}' AND time <= '${isoTime(to)}'`,
    __interval: `${interval}ms`,
    interval: `${interval}ms`,
  };
  for (const [name, chosen] of Object.entries(variables)) {
    values[name] = typeof chosen === 'string' ? chosen : `(${chosen.map(escapedInRegex).join('|')})`;
  }
  return query.replaceAll(/\$(\w+)/g, (macro, name: string) => values[name] ?? macro);
}

function escapedInRegex(text: string): string {
  return text.replaceAll(/[\\^$*+?.()|[\]{}/]/g, String.raw`\$&`);
}
