import type { Millis } from '#estate/units.ts';
import { z } from 'zod';
import type { Interference } from '../charger/interference.ts';
import type { OutboxMessage } from '../charger/outbox.ts';
import { durationText } from '../scenario/duration.ts';
import { allEnd, type Fault } from './fault.ts';

const parameters = z.object({
  patience: durationText.prefault('5m').describe('How long a charger’s message waits for one that overtakes it.'),
});

/**
 * Of a session only its meter values and changes of state change places, never with its start or end: without these
 * nobody could know what the others belong to. All carry their own times, so a platform can put them in order.
 */
export const reorder: Fault<typeof parameters> = {
  name: 'reorder',
  about: 'Meter values and readings leave in pairs, the later one first.',
  kind: 'charger',
  befalls: ['charger', 'gateway'],
  parameters,
  describe: () => 'in pairs, the later first',
  begin({ chargers, gateways }, { patience }) {
    const held = gateways.map((gateway) => ({ gateway, pairs: createPairs() }));
    return allEnd([
      ...chargers.map((each) => each.interfere(overtaking(patience))),
      ...held.map(
        ({ pairs }) =>
          () =>
            pairs.release(),
      ),
      ...held.map(({ gateway, pairs }) =>
        gateway.interfere({ waits: ({ kind }) => (kind === 'data' ? pairs.next() : null) }),
      ),
    ]);
  },
};

function overtaking(patienceMs: number): Interference {
  const heldSince = new WeakMap<OutboxMessage, Millis>();
  const overtakers = new WeakMap<OutboxMessage, OutboxMessage>();
  return {
    order(queue, now) {
      const [first, second, ...rest] = queue;
      if (!first || !mayWait(first)) return queue;
      const overtaker = overtakers.get(first);
      // It stays the one that overtakes until it is confirmed.
      if (second && overtaker === second) return [second, first, ...rest];
      if (overtaker) return queue;
      if (second?.session === first.session && mayWait(second)) {
        overtakers.set(first, second);
        return [second, first, ...rest];
      }
      const since = heldSince.get(first) ?? now;
      heldSince.set(first, since);
      return second || now >= since + patienceMs ? queue : [];
    },
  };
}

function mayWait({ kind }: OutboxMessage): boolean {
  return kind !== 'began' && kind !== 'ended';
}

/** The first of two waits until the second has left. */
function createPairs() {
  let release: (() => void) | null = null;
  const go = () => {
    release?.();
    release = null;
  };
  return {
    next(): Promise<void> | null {
      if (!release) return new Promise((resolve) => (release = resolve));
      // It goes on once this turn is over, in which the second leaves.
      go();
      return null;
    },
    release: go,
  };
}
