import type { AlarmRule, ChargerEventsSubject } from './rule.ts';

/** OCPP 2.0.1 part 2 §3.46: what the severities are called, and what helps. */
const BY_SEVERITY: readonly [name: string, action: string][] = [
  ['danger', 'Switch the charger off at its supply and keep people away until an electrician has seen it.'],
  ['hardware failure', 'Take it out of service from its page and send a technician with the event’s own words.'],
  ['system failure', 'Reset it from its page; if it comes back, fetch its log and ask the vendor.'],
  ['critical', 'Look at the events on its page; if this one does not pass soon, send a technician.'],
];

/** A charger watches for a severe state and reports that it holds: one alarm a charger. */
export const chargerEvent: AlarmRule<ChargerEventsSubject> = {
  cause: 'charger-event',
  about: 'charger-events',
  priority: 'high',
  onDelayMs: 0,
  judge({ device, events }) {
    const [worst] = events.toSorted((one, other) => one.severity - other.severity);
    if (!worst) return null;
    const [, action] = BY_SEVERITY[worst.severity] ?? ['', 'Look at the events on its page.'];
    const reports = events.map(({ severity, text }) => `${text} (${BY_SEVERITY[severity]?.[0] ?? severity})`);
    return {
      since: Math.min(...events.map(({ at }) => at)),
      text: `Charger ${device} reports: ${reports.join('; ')}.`,
      action,
    };
  },
};
