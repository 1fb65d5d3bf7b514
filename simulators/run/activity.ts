import type { Clock } from '#estate/clock.ts';
import type { Probe } from '../probe.ts';
import { createFlights } from './flights.ts';

/** What is under way on the wires, and when it has ended. */
export interface Activity {
  readonly probe: Probe;
  /**
   * Resolves once nothing is under way any more, also after what the last answer led to. With the patience (real ms) gone
   * for some of it, that is given up and not waited for again. One at a time may wait.
   */
  idle(patienceMs: number): Promise<void>;
  /** How many undertakings were given up: from the first on, what happens in the field is not a matter of the seed alone. */
  givenUp(): number;
  /** What is under way at a held peer is not waited for: a fault befalls it. Each hold needs a release. */
  hold(peer: string, isHeld: boolean): void;
  /** From now on nothing is waited for: the run ends. */
  letGo(): void;
  /** How many undertakings are waited for. */
  underWay(): number;
}

/** The clock is the real one, and `steadyMs` of the same time. */
export function createActivity({ clock, steadyMs }: { clock: Clock; steadyMs: () => number }): Activity {
  let wake: (() => void) | null = null;
  let isLetGo = false;
  let givenUp = 0;
  const flights = createFlights(steadyMs, () => wake?.());
  const wokenOrAfter = async (delayMs: number) => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const cancel = clock.after(delayMs, resolve);
    wake = resolve;
    await promise;
    wake = null;
    cancel();
  };
  return {
    probe: { begin: ({ peer }) => flights.begin(peer), standing() {}, asked() {} },
    async idle(patienceMs) {
      for (;;) {
        // An answer may lead to the next call: what it woke has run after a turn of the event loop.
        await turn();
        givenUp += flights.giveUp(patienceMs);
        if (flights.awaited() === 0 || isLetGo) return;
        await wokenOrAfter(Math.max(1, patienceMs - (flights.oldestMs() ?? 0)));
      }
    },
    givenUp: () => givenUp,
    hold: (peer, isHeld) => flights.hold(peer, isHeld),
    letGo() {
      isLetGo = true;
      wake?.();
    },
    underWay: () => flights.awaited(),
  };
}

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
