import type { Millis } from '#estate/units.ts';

/** What a charger will do later; it keeps no timer, and forgets all of it in a power cut. */
export type Agenda = { due: Millis; act: () => void }[];

/** Does what has fallen due, the earliest first. */
export function doWhatIsDue(agenda: Agenda, now: Millis): void {
  const ripe = agenda.filter(({ due }) => due <= now).toSorted((one, other) => one.due - other.due);
  if (ripe.length === 0) return;
  agenda.splice(0, agenda.length, ...agenda.filter(({ due }) => due > now));
  for (const { act } of ripe) act();
}
