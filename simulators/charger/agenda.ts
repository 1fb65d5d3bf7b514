import type { Millis } from '#estate/units.ts';

/** What a charger will do later. `tick` drives it: it keeps no timer, and forgets all in a power cut. */
export interface Agenda {
  at(due: Millis, act: () => void): void;
  tick(now: Millis): void;
  clear(): void;
}

export function createAgenda(): Agenda {
  let entries: { due: Millis; act: () => void }[] = [];
  return {
    at: (due, act) => void entries.push({ due, act }),
    tick(now) {
      const ripe = entries.filter(({ due }) => due <= now).toSorted((one, other) => one.due - other.due);
      if (ripe.length === 0) return;
      entries = entries.filter(({ due }) => due > now);
      for (const { act } of ripe) act();
    },
    clear: () => void (entries = []),
  };
}
