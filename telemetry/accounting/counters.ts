/**
 * What telemetry counts since its start, and what each count means. Each reading that was acknowledged is one of
 * `written`, `dead`, `held` and not yet `adopted`, or still on its way through the journal.
 */
export const COUNTED = {
  received: 'Messages from the field that were allowed',
  accepted: 'Messages that were understood and kept',
  malformed: 'Messages that broke their contract, as a whole or in parts; the other parts are kept',
  forbidden: "Messages and subscriptions outside a device's own topics",
  signInsRefused: 'MQTT sign-ins that were refused',
  signInsTooMany: 'MQTT sign-ins with a wrong secret from addresses that had failed too often within a minute',
  cut: 'Connections that the framing guard closed',
  quarantined: 'Values and messages that no device type has a place for',
  unknownTypes: 'Births of unknown device types, held for adoption',
  held: 'Readings of devices that waited for adoption, kept in the journal for them',
  adopted: 'Readings that were held and came back with the adoption of their device',
  dead: 'Readings that could not be used, as the dead letters say; a message that cannot be read counts as one',
  valuesRefused: 'Values that the series store refused of readings that it took otherwise, as the dead letters say',
  journalled: 'Readings in the journal',
  written:
    'Readings that the series store took, in whole or in part, repeated ones too: it keeps one for each device and time',
  late: 'Readings that came as live and were more than five minutes old',
  historical: 'Readings that a node had kept while it was offline, or that were held for their device',
  future: 'Readings more than five minutes ahead of the clock, kept with bad quality',
  events: 'Events of devices that were news',
  repeated: 'Messages that were sent again, as their sequence numbers say; what they hold is stored once',
  gaps: "Holes in a device's sequence",
  rebirths: 'Nodes that were asked for their births',
  lateAcks: 'Acknowledgements of no command that waits',
} as const;

export type Counted = keyof typeof COUNTED;

export type Count = (what: Counted, by?: number) => void;

export function createCounters(): { count: Count; all(): Record<Counted, number> } {
  const counts = Object.fromEntries(Object.keys(COUNTED).map((what) => [what, 0])) as Record<Counted, number>;
  return {
    count: (what, by = 1) => void (counts[what] += by),
    all: () => ({ ...counts }),
  };
}
