import type { Protocol } from '#charging/index.ts';
import type { CommandResult } from '#estate/command.ts';
import { messageOf, PolisError } from '#estate/errors.ts';
import type { DeviceId } from '#estate/ids.ts';
import type { OutboundCall } from './block.ts';
import type { Connection } from './connection.ts';
import type { Dialect } from './dialect.ts';
import type { Desk } from './inbound.ts';
import { checkStrictly } from './rpc.ts';

/** Sends a call to a connected charger, and follows it to its one outcome. */
export type Dispatch = (connection: Connection, call: OutboundCall) => Promise<CommandResult>;

export interface DispatchDeps {
  desk: Desk;
  dialects: Record<Protocol, Dialect>;
  callTimeoutMs: number;
}

export function createDispatch({ desk, dialects, callTimeoutMs }: DispatchDeps): Dispatch {
  return async (connection, call) => {
    const { charger, protocol } = connection.ticket;
    checkStrictly(protocol, { ...call, kind: 'req' });
    const action = dialects[protocol].outbound.get(call.action);
    if (!action) throw new PolisError('unsupported', `${call.action} is sent by chargers, not to them.`);
    connection.standing.permit(call);

    const to = { charger, desk, at: desk.ground.clock.now() };
    const request = call.payload;
    await action.asking(request, to);
    const result = await connection.call(call, callTimeoutMs).catch(async (error: unknown) => {
      await action.unanswered({ request, outcome: 'failed' }, to);
      throw error;
    });
    const { outcome, response } = result;
    if (outcome !== 'accepted' && outcome !== 'rejected') {
      await action.unanswered({ request, outcome }, to);
      return result;
    }
    try {
      await action.answered({ request, response }, { ...to, at: desk.ground.clock.now() });
      if (!action.isGranted) return result;
      return { outcome: action.isGranted(response) ? 'accepted' : 'rejected', response };
    } catch (error) {
      if (!(error instanceof PolisError) || error.code !== 'invalid') throw error;
      told(desk, { charger: charger.id, action: call.action, error: messageOf(error) });
      return { outcome: 'failed', response };
    }
  };
}

function told({ ground }: Desk, fields: { charger: DeviceId; action: string; error: string }): void {
  ground.log.warn(fields, 'A charger gave an answer that cannot be read.');
}

/** What several calls come to: the first outcome that is not `accepted`, and all that was answered. */
export function joined(results: readonly CommandResult[]): CommandResult {
  const [first, ...others] = results;
  if (!first) return { outcome: 'accepted', response: {} };
  const outcome = results.find((result) => result.outcome !== 'accepted')?.outcome ?? 'accepted';
  return { outcome, response: others.reduce((whole, { response }) => merged(whole, response), first.response) };
}

/** Lists are joined; of the rest, what was said last holds. */
function merged(before: unknown, after: unknown): unknown {
  if (isList(before) && isList(after)) return [...before, ...after];
  if (!isRecord(before) || !isRecord(after)) return after;
  const entries = Object.entries(after).map(([key, value]) => [
    key,
    isList(value) ? merged(before[key] ?? [], value) : value,
  ]);
  return { ...before, ...Object.fromEntries(entries) };
}

function isList(value: unknown): value is readonly unknown[] {
  return Array.isArray(value);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !isList(value);
}
