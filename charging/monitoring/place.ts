import type { WatchedPlace } from './monitor.ts';

/** A variable's place as columns. */
export function placeColumns(place: WatchedPlace) {
  return {
    component: place.component,
    component_instance: place.componentInstance,
    evse: place.evse,
    connector: place.connector,
    variable: place.variable,
    variable_instance: place.variableInstance,
  };
}

export function toPlace(row: ReturnType<typeof placeColumns>): WatchedPlace {
  return {
    component: row.component,
    componentInstance: row.component_instance,
    evse: row.evse,
    connector: row.connector,
    variable: row.variable,
    variableInstance: row.variable_instance,
  };
}
