import type { InfluxDB } from 'influx';
import { SECOND } from '#estate/units.ts';

/** For how long a retention policy keeps, ms; Infinity: for ever. */
export interface Policy {
  /** Null: the default one. */
  name: string | null;
  keptMs: number;
}

export interface PoliciesDeps {
  influx: InfluxDB;
  database: string;
  /** Does something at the server, within a deadline. */
  reach: <T>(work: () => Promise<T>) => Promise<T>;
}

/**
 * Makes the database and its retention policies where they are missing, or keep for another time. A user who may not do
 * so is fine where an administrator has.
 */
export async function providePolicies(deps: PoliciesDeps, policies: readonly Policy[]): Promise<void> {
  const { influx, database, reach } = deps;
  const databases = await reach(() => influx.getDatabaseNames());
  if (!databases.includes(database)) await reach(() => influx.createDatabase(database));
  const known = await reach(() => influx.showRetentionPolicies(database));
  for (const { name, keptMs } of policies) {
    const there = known.find((policy) => (name === null ? policy.default : policy.name === name));
    const options = { database, duration: durationOf(keptMs), replication: 1 };
    if (!there && name !== null) await reach(() => influx.createRetentionPolicy(name, options));
    else if (there && secondsOf(there.duration) !== secondsOf(options.duration)) {
      await reach(() => influx.alterRetentionPolicy(there.name, options));
    }
  }
}

/** As InfluxQL writes it; 0 is for ever. */
function durationOf(keptMs: number): string {
  return keptMs === Infinity ? '0s' : `${Math.ceil(keptMs / SECOND)}s`;
}

const UNIT_S: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600, d: 86_400, w: 604_800 };

/** What the server answers: `2160h0m0s`. */
function secondsOf(duration: string): number {
  return [...duration.matchAll(/(\d+)([smhdw])/g)].reduce(
    (sum, [, count, unit = '']) => sum + Number(count) * (UNIT_S[unit] ?? 0),
    0,
  );
}
