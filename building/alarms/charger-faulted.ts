import type { AlarmRule, ChargerSubject } from './rule.ts';

/** What helps against the errors a charger names itself (OCPP 1.6 §7.6); where it names none, the usual. */
const ACTIONS: readonly [error: RegExp, action: string][] = [
  [/GroundFailure|GroundFault/i, 'Leave it out of service and send an electrician: current leaks to earth.'],
  [
    /ConnectorLockFailure/i,
    'Unlock the connector from the charger’s page; if the cable stays stuck, send a technician.',
  ],
  [/HighTemperature/i, 'Let it cool, check that its vents are free, then reset it.'],
  [
    /OverCurrentFailure|OverVoltage|UnderVoltage|PowerSwitchFailure/i,
    'Check the supply of the charger, then reset it.',
  ],
  [/EVCommunicationError/i, 'Ask the driver to unplug and plug in again; if it comes back, check the cable.'],
];
const USUAL = 'Reset it from its page; if it stays faulted, send a technician.';

/** A charger reports a fault of itself or of a connector: one alarm a charger. */
export const chargerFaulted: AlarmRule<ChargerSubject> = {
  cause: 'charger-faulted',
  about: 'charger',
  priority: 'high',
  onDelayMs: 0,
  judge({ device, connectors }) {
    const faulted = connectors.filter(({ state }) => state === 'faulted');
    if (faulted.length === 0) return null;
    const places = faulted.map(
      ({ evse, error }) => `${evse === 0 ? 'the station' : `EVSE ${evse}`}${error ? ` (${error})` : ''}`,
    );
    const errors = faulted.map(({ error }) => error ?? '').join(' ');
    return {
      since: Math.min(...faulted.map(({ since }) => since)),
      text: `Charger ${device} is faulted: ${places.join(', ')}.`,
      action: ACTIONS.find(([error]) => error.test(errors))?.[1] ?? USUAL,
    };
  },
};
