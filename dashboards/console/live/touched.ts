import type { Fact } from '#estate/fact.ts';

/** The heads of the query keys that a fact has made outdated. */
export function touchedBy(fact: Fact): string[][] {
  const place = fact.site === null ? [['sites']] : [['sites'], ['site', fact.site]];
  switch (fact.kind) {
    case 'charger-online':
    case 'connector-state':
    case 'charger-event':
    case 'charging-limit':
    case 'certificate-validity':
    case 'security-event':
      return [...place, ['chargers'], ['charger', fact.charger]];
    case 'session-began':
    case 'session-metered':
    case 'session-ended':
      return [...place, ['sessions'], ['chargers'], ['charger', fact.charger]];
    case 'reading':
    case 'node-online':
    case 'device-event':
    case 'device-malformed':
      return [...place, ['devices', fact.site]];
    case 'alarm':
      return [...place, ['alarms']];
    case 'power-shared':
      return [['decision', fact.site]];
  }
}
