import type { Kysely } from 'kysely';
import type { DeviceId } from '#estate/ids.ts';
import { prepared } from '#storage/prepared.ts';
import { unit, type Records } from '#storage/records.ts';
import type { ChargingTables } from '../tables.ts';
import type { DeviationTables, DeviationTrx } from './tables.ts';

/** By what a charger's ways can be told. */
export interface Traits {
  vendor: string | null;
  model: string | null;
  firmware: string | null;
  /** The quirks that a person named for it. */
  quirks: string[];
}

/** What people know of the ways of their chargers. What the names mean, the chargers' front knows. */
export interface NamedQuirks {
  /** Replaces those that the charger had. */
  put(charger: DeviceId, quirks: readonly string[]): Promise<void>;
  of(chargers: readonly DeviceId[]): Promise<Map<DeviceId, string[]>>;
  traits(charger: DeviceId): Promise<Traits>;
}

export const putQuirks = unit(
  'charging.putQuirks',
  async (trx: DeviationTrx, { charger, quirks }: { charger: DeviceId; quirks: readonly string[] }): Promise<void> => {
    await trx.deleteFrom('charger_quirk').where('charger', '=', charger).execute();
    for (const quirk of new Set(quirks)) await trx.insertInto('charger_quirk').values({ charger, quirk }).execute();
  },
);

export const quirksOf = unit(
  'charging.quirksOf',
  async (trx: DeviationTrx, chargers: readonly DeviceId[]): Promise<[charger: DeviceId, quirk: string][]> => {
    if (chargers.length === 0) return [];
    const rows = await trx
      .selectFrom('charger_quirk')
      .selectAll()
      .where('charger', 'in', [...chargers])
      .orderBy('quirk')
      .execute();
    return rows.map(({ charger, quirk }) => [charger, quirk]);
  },
);

const modelOf = prepared((trx: Kysely<ChargingTables & DeviationTables>, given: { charger: DeviceId }) =>
  trx.selectFrom('station').select(['vendor', 'model', 'firmware']).where('id', '=', given.charger),
);
const namedFor = prepared((trx: Kysely<ChargingTables & DeviationTables>, given: { charger: DeviceId }) =>
  trx.selectFrom('charger_quirk').select('quirk').where('charger', '=', given.charger),
);

export const traitsOf = unit(
  'charging.traitsOf',
  async (trx: Kysely<ChargingTables & DeviationTables>, charger: DeviceId): Promise<Traits> => {
    const [station] = (await modelOf(trx, { charger })).rows;
    const named = (await namedFor(trx, { charger })).rows;
    return { vendor: null, model: null, firmware: null, ...station, quirks: named.map(({ quirk }) => quirk) };
  },
);

export const quirkUnits = [putQuirks, quirksOf, traitsOf];

export function createQuirks(records: Records): NamedQuirks {
  return {
    put: (charger, quirks) => records.run(putQuirks, { charger, quirks }),
    async of(chargers) {
      const named = Map.groupBy(await records.run(quirksOf, chargers), ([charger]) => charger);
      return new Map([...named].map(([charger, rows]) => [charger, rows.map(([, quirk]) => quirk)]));
    },
    traits: (charger) => records.run(traitsOf, charger),
  };
}
