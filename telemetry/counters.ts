/** What telemetry counts since its start. */
export const COUNTED = [
  'received', // messages from the field that were allowed
  'accepted', // messages that were understood and kept
  'malformed', // messages that broke their contract
  'forbidden', // messages and subscriptions outside a device's own topics
  'signInsRefused',
  'cut', // connections that the framing guard closed
  'quarantined', // values without a place
  'dead', // dead letters
  'journalled', // readings in the journal
  'written', // readings in the series store
  'gaps', // holes in a device's sequence
  'rebirths', // births that were asked for
  'lateAcks', // acknowledgements of no command that waits
] as const;

export type Counted = (typeof COUNTED)[number];

export type Count = (what: Counted, by?: number) => void;

export function createCounters(): { count: Count; all(): Record<Counted, number> } {
  const counts = Object.fromEntries(COUNTED.map((what) => [what, 0])) as Record<Counted, number>;
  return {
    count: (what, by = 1) => void (counts[what] += by),
    all: () => ({ ...counts }),
  };
}
