/** What a run measures: the closed table of figures that reports show and scenarios expect something of. */
export const FIGURES = {
  chargers: { unit: '', about: 'Chargers of the fleet' },
  connected: { unit: '', about: 'Chargers that were accepted, at the end' },
  gateways: { unit: '', about: 'Gateways connected, at the end' },
  reconnected: { unit: 's', about: 'From the end of the last cut until every charger was accepted again' },
  charging: { unit: '', about: 'Sessions that run, at the end' },
  'sessions.begun': { unit: '', about: 'Sessions that began' },
  'sessions.ended': { unit: '', about: 'Sessions that ended' },
  energy: { unit: 'kWh', about: 'Energy into cars' },
  calls: { unit: '', about: 'OCPP calls of chargers that were answered' },
  'calls.rate': { unit: '/s', about: 'The same, a second' },
  'calls.p50': { unit: 'ms', about: 'Answer to a call: half are faster' },
  'calls.p95': { unit: 'ms', about: 'Answer to a call: 95 % are faster' },
  'calls.p99': { unit: 'ms', about: 'Answer to a call: 99 % are faster' },
  'calls.max': { unit: 'ms', about: 'Answer to a call: the slowest' },
  'calls.errors': { unit: '', about: 'OCPP calls that were answered with an error' },
  'calls.lost': { unit: '', about: 'OCPP calls whose answer never came' },
  publishes: { unit: '', about: 'MQTT messages that were acknowledged' },
  'publishes.rate': { unit: '/s', about: 'The same, a second' },
  'publishes.p95': { unit: 'ms', about: 'Acknowledgement of a message: 95 % are faster' },
  'publishes.lost': { unit: '', about: 'MQTT messages that were not acknowledged' },
  points: { unit: '', about: 'Measured points that were acknowledged' },
  asked: { unit: '', about: 'Calls and commands of the platform' },
  orders: { unit: '', about: 'Commands that an operator gave' },
  'orders.refused': { unit: '', about: 'Those that were refused, failed, or still wait for their charger at the end' },
  updated: { unit: '', about: 'Chargers that run another firmware than they began with, and are accepted with it' },
  strangers: { unit: '', about: 'Kinds of strangers that there are, where any are to come' },
  'strangers.kinds': { unit: '', about: 'Kinds of strangers that came' },
  'strangers.came': { unit: '', about: 'Strangers that came' },
  unmet: { unit: '', about: 'Attempts of strangers, each counted once, that did not meet with what they must' },
  overloads: { unit: 'min', about: 'Minutes of sites that drew over 105 % of what their grid connection may carry' },
  'overloads.worst': { unit: '%', about: 'What a site drew beyond its grid connection, at most' },
  'handshakes.failed': { unit: '', about: 'Connections that were refused or broke off while being made' },
  queued: { unit: '', about: 'Messages that still wait in chargers and gateways, at the end' },
  differences: { unit: '', about: 'What the platform says otherwise than the field' },
  lag: { unit: 's', about: 'How far the simulated time fell behind: the target did not keep up' },
  memory: { unit: 'MB', about: 'Memory of the simulators, at most' },
} as const satisfies Record<string, { unit: string; about: string }>;

export type FigureName = keyof typeof FIGURES;

/** Figures of a stage or a whole run; null: there was nothing to measure. */
export type Figures = Record<FigureName, number | null>;
