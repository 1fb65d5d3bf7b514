import type { Insertable, Selectable } from 'kysely';
import type { DeviceId } from '#estate/ids.ts';
import type { Millis } from '#estate/units.ts';
import { unit } from '#storage/records.ts';
import type { VariablesTrx, VariableTables } from './tables.ts';
import {
  isSecretVariable,
  keyOfPlace,
  nameOfPlace,
  type Variable,
  type VariableAttribute,
  type VariablePlace,
  type VariableReport,
} from './variable.ts';

/** Rows of one statement: engines bound how much it may carry. */
const MOST_AT_ONCE = 500;
/** A device model of a large station has some thousands; more is no device model. */
const MOST_OF_A_CHARGER = 20_000;

export interface ToldVariables {
  charger: DeviceId;
  variables: readonly VariableReport[];
  at: Millis;
}

/** Keeps what a charger told of its variables; what it did not tell of them stays as it was. False: they are too many. */
export const keepVariables = unit('charging.keepVariables', (trx: VariablesTrx, told: ToldVariables) =>
  storeVariables(trx, told),
);

export async function storeVariables(trx: VariablesTrx, { charger, variables, at }: ToldVariables): Promise<boolean> {
  const rows = [...new Map(variables.map((one) => [keyOfPlace(one), toRow(charger, one, at)])).values()];
  if (rows.length === 0) return true;
  if ((await countOf(trx, charger)) + rows.length > MOST_OF_A_CHARGER) return false;
  for (let from = 0; from < rows.length; from += MOST_AT_ONCE) {
    await trx
      .insertInto('station_variable')
      .values(rows.slice(from, from + MOST_AT_ONCE))
      .onConflict((conflict) =>
        conflict.columns(['charger', 'key']).doUpdateSet((eb) => {
          const told = <Name extends keyof VariableTables['station_variable']>(column: Name) =>
            eb.fn.coalesce(eb.ref(`excluded.${column}`), eb.ref(`station_variable.${column}`));
          return {
            value: told('value'),
            mutability: told('mutability'),
            data_type: told('data_type'),
            unit: told('unit'),
            min_limit: told('min_limit'),
            max_limit: told('max_limit'),
            values_list: told('values_list'),
            read_at: eb.ref('excluded.read_at'),
          };
        }),
      )
      .execute();
  }
  return true;
}

async function countOf(trx: VariablesTrx, charger: DeviceId): Promise<number> {
  const { count } = await trx
    .selectFrom('station_variable')
    .select((eb) => eb.fn.countAll().as('count'))
    .where('charger', '=', charger)
    .executeTakeFirstOrThrow();
  return Number(count);
}

function toRow(charger: DeviceId, told: VariableReport, at: Millis): Insertable<VariableTables['station_variable']> {
  return {
    charger,
    key: keyOfPlace(told),
    component: told.component,
    component_instance: told.componentInstance,
    evse: told.evse,
    connector: told.connector,
    variable: told.variable,
    variable_instance: told.variableInstance,
    attribute: told.attribute,
    value: isSecretVariable(told.variable) ? null : (told.value ?? null),
    mutability: told.mutability ?? null,
    data_type: told.dataType ?? null,
    unit: told.unit ?? null,
    min_limit: told.min ?? null,
    max_limit: told.max ?? null,
    values_list: told.values ?? null,
    read_at: at,
  };
}

/** What is known of these places, in their order. */
export const findVariables = unit(
  'charging.findVariables',
  async (
    trx: VariablesTrx,
    input: { charger: DeviceId; places: readonly VariablePlace[] },
  ): Promise<(Variable | null)[]> => {
    const keys = input.places.map(keyOfPlace);
    if (keys.length === 0) return [];
    const rows = await trx
      .selectFrom('station_variable')
      .selectAll()
      .where('charger', '=', input.charger)
      .where('key', 'in', keys)
      .execute();
    const found = new Map(rows.map((row) => [row.key, toVariable(row)]));
    return keys.map((key) => found.get(key) ?? null);
  },
);

export interface VariablesQuery {
  charger: DeviceId;
  component?: string;
  variable?: string;
  /** Only these. */
  places?: readonly VariablePlace[];
  /** The key (`keyOfPlace`) of the last one of the page before. */
  after?: string;
  limit: number;
}

/** By place. */
export const listVariables = unit(
  'charging.listVariables',
  async (trx: VariablesTrx, query: VariablesQuery): Promise<Variable[]> => {
    const { charger, component, variable, places, after, limit } = query;
    let select = trx.selectFrom('station_variable').selectAll().where('charger', '=', charger);
    if (component !== undefined) {
      select = select.where((eb) => eb(eb.fn<string>('lower', ['component']), '=', component.toLowerCase()));
    }
    if (variable !== undefined) {
      select = select.where((eb) => eb(eb.fn<string>('lower', ['variable']), '=', variable.toLowerCase()));
    }
    if (places !== undefined) select = select.where('key', 'in', places.map(keyOfPlace));
    if (after !== undefined) select = select.where('key', '>', after);
    return (await select.orderBy('key').limit(limit).execute()).map(toVariable);
  },
);

function toVariable(row: Selectable<VariableTables['station_variable']>): Variable {
  const place = {
    component: row.component,
    componentInstance: row.component_instance,
    evse: row.evse,
    connector: row.connector,
    variable: row.variable,
    variableInstance: row.variable_instance,
    attribute: row.attribute as VariableAttribute,
  };
  return {
    ...place,
    name: nameOfPlace(place),
    value: row.value,
    mutability: row.mutability,
    dataType: row.data_type,
    unit: row.unit,
    min: row.min_limit,
    max: row.max_limit,
    values: row.values_list,
    readAt: row.read_at,
  };
}
