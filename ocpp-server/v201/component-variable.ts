import { z } from 'zod';
import type { WatchedPlace } from '#charging/index.ts';
import { maybe, ordinal, text } from '../messages/tolerant.ts';

const name = text.pipe(z.string().min(1));

/** OCPP 2.0.1 part 2 §2.16 ComponentType, §2.49 VariableType. */
export const componentVariable = {
  component: z.object({
    name,
    instance: maybe(name),
    evse: maybe(z.object({ id: ordinal, connectorId: maybe(ordinal) })),
  }),
  variable: z.object({ name, instance: maybe(name) }),
};

type Spelled = z.output<z.ZodObject<typeof componentVariable>>;

export function placed({ component, variable }: Spelled): WatchedPlace {
  return {
    component: component.name,
    componentInstance: component.instance ?? null,
    evse: component.evse?.id ?? null,
    connector: component.evse?.connectorId ?? null,
    variable: variable.name,
    variableInstance: variable.instance ?? null,
  };
}

/** The same place, however it is spelled (names are compared without regard to case, OCPP 2.0.1 part 1 §4.1). */
export function placeKey(said: Spelled): string {
  return JSON.stringify(Object.values(placed(said))).toLowerCase();
}

/** A place as a person names it; without a variable, all of its component. */
export interface NamedPlace {
  component: string;
  componentInstance?: string | undefined;
  evse?: number | undefined;
  connector?: number | undefined;
  variable?: string | undefined;
  variableInstance?: string | undefined;
}

export function spelled(place: NamedPlace) {
  const { component, componentInstance, evse, connector, variable, variableInstance } = place;
  const ofEvse = { id: evse, ...(connector === undefined ? {} : { connectorId: connector }) };
  return {
    component: {
      name: component,
      ...(componentInstance === undefined ? {} : { instance: componentInstance }),
      ...(evse === undefined ? {} : { evse: ofEvse }),
    },
    ...(variable === undefined
      ? {}
      : { variable: { name: variable, ...(variableInstance === undefined ? {} : { instance: variableInstance }) } }),
  };
}
