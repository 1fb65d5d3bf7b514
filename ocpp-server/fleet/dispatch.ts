import type { Protocol } from '#charging/index.ts';
import type { CommandResult } from '#estate/command.ts';
import { messageOf, PolisError } from '#estate/errors.ts';
import type { DeviceId } from '#estate/ids.ts';
import type { Connection } from '../connection/connection.ts';
import type { OutboundCall } from '../messages/call.ts';
import type { Dialect } from '../messages/dialect.ts';
import type { Desk } from '../messages/inbound.ts';
import { checkStrictly } from '../wire/schemas.ts';

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
