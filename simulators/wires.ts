import type { Ground } from '#estate/ground.ts';
import { seededRandom } from '#estate/random.ts';
import type { Probe } from './probe.ts';
import type { Slots } from './slots.ts';

/** What everything with a wire of its own stands on. */
export interface Wires {
  ground: Ground;
  /** For handshakes under way. */
  slots: Slots;
  probe: Probe;
}

/** The same with a stream of chance of its own, so that nobody's depends on whose wire was faster. */
export function ownWires(wires: Wires, name: string): Wires {
  return { ...wires, ground: { ...wires.ground, random: seededRandom(name) } };
}
