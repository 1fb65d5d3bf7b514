import { type Millis, SECOND } from '#estate/units.ts';
import { z } from 'zod';
import type { Interference } from '../charger/interference.ts';
import type { OutboxMessage } from '../charger/outbox.ts';
import type { GatewayInterference } from '../gateway/interference.ts';
import { durationText, formatDuration } from '../scenario/duration.ts';
import { type Fault, interfering } from './fault.ts';

const parameters = z.object({
  delay: durationText.prefault('10m').describe('How late.'),
});

/** A gateway's readings wait for so long and then leave together, as history. */
export const late: Fault<typeof parameters> = {
  name: 'late',
  about: 'Messages about sessions leave late, and readings only as history; all that may be lost overtakes them.',
  kind: 'charger',
  befalls: ['charger', 'gateway'],
  parameters,
  describe: ({ delay }) => `${formatDuration(delay)} late`,
  begin: (on, { delay }) =>
    interfering(on, {
      charger: () => heldBack(delay),
      gateway: () => keptBack(delay, on.clock.now()),
    }),
};

function heldBack(delayMs: number): Interference {
  const since = new WeakMap<OutboxMessage, Millis>();
  return {
    order(queue, now) {
      for (const message of queue) if (!since.has(message)) since.set(message, now);
      const held = queue.findIndex((message) => now < (since.get(message) ?? now) + delayMs);
      return held === -1 ? queue : queue.slice(0, held);
    },
  };
}

/** History leaves within a moment, all that was kept; then the gateway keeps again. */
const MOMENT_MS = SECOND;

function keptBack(delayMs: number, from: Millis): GatewayInterference {
  let openAt = from + delayMs;
  let begun = false;
  return {
    lets({ kind }, now) {
      if (kind !== 'data' && kind !== 'hist') return true;
      if (begun && now >= openAt + MOMENT_MS) [openAt, begun] = [now + delayMs, false];
      if (kind === 'data' || now < openAt) return false;
      if (!begun) [openAt, begun] = [now, true];
      return true;
    },
  };
}
