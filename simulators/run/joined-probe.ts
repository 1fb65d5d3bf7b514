import type { Probe } from '../probe.ts';

/** One probe that tells all of the given ones what it hears, in their order. */
export function joinedProbe(...probes: readonly Probe[]): Probe {
  return {
    begin(what) {
      const ends = probes.map((probe) => probe.begin(what));
      return (outcome) => {
        for (const end of ends) end(outcome);
      };
    },
    standing(peer, isUp) {
      for (const probe of probes) probe.standing(peer, isUp);
    },
    asked(peer, name) {
      for (const probe of probes) probe.asked(peer, name);
    },
  };
}
