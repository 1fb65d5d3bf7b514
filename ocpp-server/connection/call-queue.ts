import type { Protocol } from '#charging/index.ts';
import type { Clock } from '#estate/clock.ts';
import type { CommandResult } from '#estate/command.ts';
import { PolisError } from '#estate/errors.ts';
import type { OutboundCall } from '../messages/call.ts';
import type { Answer, Peer } from '../wire/rpc.ts';
import { schemaOf } from '../wire/schemas.ts';

const MOST_WAITING = 32;
/** What never left. */
export const EXPIRED: CommandResult = { outcome: 'expired', response: null };

/** The calls that wait for one charger: one is in flight at a time (OCPP 1.6J §4.1.1), the others in order. */
export interface CallQueue {
  /**
   * Sends a call that was checked, and resolves with its one outcome. The deadline counts from now: a call whose turn
   * has not come by then never leaves, and has expired.
   *
   * @throws PolisError `rate-limited` when too many wait; `offline` when the connection ends before it leaves.
   */
  call(call: OutboundCall, timeoutMs: number): Promise<CommandResult>;
  /** Resolves once nothing waits or is in flight. */
  settled(): Promise<void>;
}

export function createCallQueue(peer: Peer, { clock, protocol }: { clock: Clock; protocol: Protocol }): CallQueue {
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;

  const send = async ({ action, payload }: OutboundCall, deadline: AbortSignal): Promise<CommandResult> => {
    if (!peer.isOpen()) throw new PolisError('offline', 'The charger went offline before the command left.');
    const answer = await peer.call(action, payload, deadline);
    if (answer.kind === 'lost') return { outcome: deadline.aborted ? 'timed-out' : 'unknown', response: null };
    return outcomeOf(answer, { protocol, action });
  };
  return {
    async call(call, timeoutMs) {
      if (waiting >= MOST_WAITING) {
        throw new PolisError(
          'rate-limited',
          `${MOST_WAITING} commands wait for this charger already; try again later.`,
        );
      }
      waiting += 1;
      const deadline = new AbortController();
      const cancel = clock.after(timeoutMs, () => deadline.abort());
      const dueMs = clock.now() + timeoutMs;
      const result = last.then(() => (clock.now() >= dueMs ? EXPIRED : send(call, deadline.signal)));
      last = result.catch(() => null);
      try {
        return await result;
      } finally {
        cancel();
        waiting -= 1;
      }
    },
    async settled() {
      while (waiting > 0) await last;
    },
  };
}

/** What chargers answer when they do as they are told. */
const WILLING = new Set(['Accepted', 'AcceptedCanceled', 'Scheduled', 'RebootRequired', 'Unlocked']);

function outcomeOf(
  answer: Exclude<Answer, { kind: 'lost' }>,
  to: { protocol: Protocol; action: string },
): CommandResult {
  if (answer.kind === 'error') {
    const { code, description, details } = answer;
    return { outcome: 'failed', response: { code, description, details } };
  }
  const response = answer.payload;
  const status =
    typeof response === 'object' && response !== null && 'status' in response ? response.status : undefined;
  if (typeof status !== 'string') return { outcome: isWhole(response, to) ? 'accepted' : 'failed', response };
  // There is no such profile: the limit is as clear as it was asked to be.
  const cleared = to.action === 'ClearChargingProfile' && status === 'Unknown';
  return { outcome: WILLING.has(status) || cleared ? 'accepted' : 'rejected', response };
}

/** Whether an answer without a status is one that has none. */
function isWhole(response: unknown, { protocol, action }: { protocol: Protocol; action: string }): boolean {
  if (typeof response !== 'object' || response === null) return false;
  return !schemaOf(protocol, action, 'conf')?.required?.includes('status');
}
