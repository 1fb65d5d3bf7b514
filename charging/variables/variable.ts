import type { DeviceId } from '#estate/ids.ts';
import type { Millis } from '#estate/units.ts';
import { WELL_KNOWN, WELL_KNOWN_NAMES, type WellKnownName } from './names.ts';

/** What a charger is set to and what it says of itself, in the terms of the 2.0.1 device model (part 1 §4). */

export const ATTRIBUTES = ['Actual', 'Target', 'MinSet', 'MaxSet'] as const;
export type VariableAttribute = (typeof ATTRIBUTES)[number];

/** Where a variable stands. */
export interface VariablePlace {
  component: string;
  componentInstance: string | null;
  /** Null: the station as a whole. */
  evse: number | null;
  connector: number | null;
  variable: string;
  variableInstance: string | null;
  attribute: VariableAttribute;
}

/** What was told of a variable; what is absent was not told. */
export interface VariableReport extends VariablePlace {
  value?: string | null;
  mutability?: string;
  dataType?: string;
  unit?: string;
  min?: number;
  max?: number;
  /** Those that it may have, as the charger lists them. */
  values?: string;
}

export interface Variable extends VariablePlace {
  /** Its name in both versions, if it has one. */
  name: WellKnownName | null;
  /** Null also where it is a secret. */
  value: string | null;
  mutability: string | null;
  dataType: string | null;
  unit: string | null;
  min: number | null;
  max: number | null;
  values: string | null;
  /** When it was last told, by our clock. */
  readAt: Millis;
}

/** How a variable is asked for: by its name in both versions, by its 1.6 key, or by its place. */
export type VariableChoice =
  | { by: 'name'; name: WellKnownName }
  | { by: 'key'; key: string }
  | { by: 'place'; place: VariablePlace };

/** Keys of 1.6 stand in no component of their own; here they stand in this one. */
export const CONFIGURATION = 'Configuration';

export type PlaceWords = Pick<VariablePlace, 'component' | 'variable'> & Partial<VariablePlace>;

/** A place, of what is said of it. */
export function placeOf(said: PlaceWords): VariablePlace {
  return { componentInstance: null, evse: null, connector: null, variableInstance: null, attribute: 'Actual', ...said };
}

/** Where a configuration key of 1.6 is kept. */
export function placeOfKey(key: string): VariablePlace {
  return placeOf({ component: CONFIGURATION, variable: key });
}

/** The same for two spellings of one place: names are compared without regard to case (OCPP 2.0.1 part 1 §4.1). */
export function keyOfPlace(place: VariablePlace): string {
  const { component, componentInstance, evse, connector, variable, variableInstance, attribute } = place;
  const words = [component, componentInstance, evse, connector, variable, variableInstance, attribute];
  return JSON.stringify(words).toLowerCase();
}

/** The places at which a variable of this name may be kept. */
export function placesOfName(name: WellKnownName): VariablePlace[] {
  const { key, at } = WELL_KNOWN[name];
  return [...(at ? [placeOf(at)] : []), ...(key === null ? [] : [placeOfKey(key)])];
}

const NAME_BY_PLACE = new Map(
  WELL_KNOWN_NAMES.flatMap((name) => placesOfName(name).map((place) => [keyOfPlace(place), name] as const)),
);

export function nameOfPlace(place: VariablePlace): WellKnownName | null {
  return NAME_BY_PLACE.get(keyOfPlace(place)) ?? null;
}

/** The key of OCPP 1.6 for what stands at a place; null: it has none. */
export function keyAt(place: VariablePlace): string | null {
  if (place.component === CONFIGURATION) return place.variable;
  const name = nameOfPlace(place);
  return name === null ? null : WELL_KNOWN[name].key;
}

/** The place in the device model of OCPP 2.0.1 of what has a name or a key; null: it has none. */
export function placeNamed(choice: Exclude<VariableChoice, { by: 'place' }>): VariablePlace | null {
  const name = choice.by === 'name' ? choice.name : nameOfPlace(placeOfKey(choice.key));
  const at = name === null ? null : WELL_KNOWN[name].at;
  return at && placeOf(at);
}

/** Whether what a variable holds is kept from everybody (AuthorizationKey, BasicAuthPassword and vendors' like). */
export function isSecretVariable(variable: string): boolean {
  return /authori[sz]ationkey|password|passphrase|secret|privatekey|apikey|simpin/i.test(variable);
}

/** What a charger was asked to report. */
export type InventoryScope = 'full' | 'configuration' | 'summary' | 'custom';

/** A report of variables, which comes in parts. */
export interface VariablesReport {
  charger: DeviceId;
  /** By which its parts name it. */
  request: number;
  scope: InventoryScope;
  /** `incomplete`: parts are missing, and none came for a while. */
  state: 'asked' | 'receiving' | 'complete' | 'incomplete' | 'refused';
  askedAt: Millis;
  /** When its last part came. */
  heardAt: Millis | null;
  completedAt: Millis | null;
  parts: number;
  /** How many there will be; known once the last one came. */
  partsInAll: number | null;
  /** Why it was refused. */
  reason: string | null;
}
