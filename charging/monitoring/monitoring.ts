import type { ChargingFact } from '#estate/fact.ts';
import type { Ground } from '#estate/ground.ts';
import type { Records } from '#storage/records.ts';
import { newId } from '../new-ids.ts';
import { keepEvents, listEvents, listStanding, sweepEvents } from './events.ts';
import type { Monitoring } from './monitor.ts';
import {
  clearMonitors,
  getScope,
  keepReportPart,
  listMonitors,
  noteReportAsked,
  scopeMonitoring,
  setMonitors,
} from './monitors.ts';

export const monitoringUnits = [
  setMonitors,
  clearMonitors,
  scopeMonitoring,
  noteReportAsked,
  keepReportPart,
  listMonitors,
  getScope,
  keepEvents,
  listEvents,
  listStanding,
  sweepEvents,
];

export function createMonitoring(deps: {
  records: Records;
  ground: Ground;
  tell: (facts: readonly ChargingFact[]) => void;
}): Monitoring {
  const { records, ground, tell } = deps;
  return {
    set: (charger, monitors, at) => records.run(setMonitors, { charger: charger.id, monitors, at }),
    cleared: async (charger, ids, at) => tell(await records.run(clearMonitors, { charger: charger.id, ids, at })),
    scoped: async (charger, scope, at) => tell(await records.run(scopeMonitoring, { charger: charger.id, scope, at })),
    reportAsked: (asked) => records.run(noteReportAsked, asked),
    reported: async (part) => tell(await records.run(keepReportPart, part)),
    async happened(charger, events, receivedAt) {
      tell(await records.run(keepEvents, { charger, events, receivedAt, stamp: newId(ground) }));
    },
    monitors: (query) => records.run(listMonitors, query),
    scope: (charger) => records.run(getScope, charger),
    events: (query) => records.run(listEvents, query),
    standing: () => records.run(listStanding, null),
    sweep: (now) => records.run(sweepEvents, now),
  };
}
