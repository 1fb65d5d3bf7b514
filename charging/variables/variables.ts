import type { Ground } from '#estate/ground.ts';
import type { DeviceId } from '#estate/ids.ts';
import type { Millis } from '#estate/units.ts';
import type { Records } from '#storage/records.ts';
import { findVariables, keepVariables, listVariables, type ToldVariables, type VariablesQuery } from './kept.ts';
import type { WellKnownName } from './names.ts';
import { endReport, keepReportPart, listReports, noteReport, type ReportPart } from './reports.ts';
import {
  placesOfName,
  type InventoryScope,
  type Variable,
  type VariablePlace,
  type VariablesReport,
} from './variable.ts';

/** What chargers are set to, and what they say of themselves, whatever version they speak. */
export interface Variables {
  /** Keeps what a charger told, less its secrets. */
  told(told: ToldVariables): Promise<void>;
  /** What was last told of these places, in their order. */
  at(charger: DeviceId, places: readonly VariablePlace[]): Promise<(Variable | null)[]>;
  /** What was last told of a variable of this name, in either version. */
  named(charger: DeviceId, name: WellKnownName): Promise<Variable | null>;
  /** By place. */
  list(query: VariablesQuery): Promise<Variable[]>;

  /** Notes a report that is about to be asked for. */
  reportAsked(asked: { charger: DeviceId; request: number; scope: InventoryScope; at: Millis }): Promise<void>;
  /** The charger refuses to report, for a reason; without one, it has nothing to report. */
  reportEnded(ended: { charger: DeviceId; request: number; refusal: string | null; at: Millis }): Promise<void>;
  reportPart(part: ReportPart): Promise<void>;
  /** Newest first. */
  reports(query: { charger: DeviceId; limit: number }): Promise<VariablesReport[]>;
}

export function createVariables({ records, ground }: { records: Records; ground: Ground }): Variables {
  const warnUnless = (areKept: boolean, charger: DeviceId) => {
    if (!areKept) ground.log.warn({ charger }, 'A charger told of more variables than are kept of one.');
  };
  return {
    told: async (told) => warnUnless(await records.run(keepVariables, told), told.charger),
    at: (charger, places) => records.run(findVariables, { charger, places }),
    async named(charger, name) {
      const found = await records.run(findVariables, { charger, places: placesOfName(name) });
      const known = found.filter((variable) => variable !== null);
      return known.toSorted((one, other) => other.readAt - one.readAt)[0] ?? null;
    },
    list: (query) => records.run(listVariables, query),
    reportAsked: (asked) => records.run(noteReport, asked),
    reportEnded: (ended) => records.run(endReport, ended),
    reportPart: async (part) => warnUnless(await records.run(keepReportPart, part), part.charger),
    reports: (query) => records.run(listReports, { ...query, now: ground.clock.now() }),
  };
}

export const variableUnits = [
  keepVariables,
  findVariables,
  listVariables,
  noteReport,
  endReport,
  keepReportPart,
  listReports,
];
