import type { Protocol } from '#charging/index.ts';
import { messageOf, PolisError } from '#estate/errors.ts';
import { callErrorOf, isToComeAgain } from '../messages/call-errors.ts';
import type { Dialect } from '../messages/dialect.ts';
import type { Arrival, InboundAction } from '../messages/inbound.ts';
import { isAction } from '../wire/schemas.ts';
import type { CallOutcome } from './gate.ts';

/** A call, as it waits for its answer. */
export interface Call extends Arrival {
  action: string;
  payload: unknown;
  /** Resolves once its raw frame is in the journal. */
  kept: Promise<unknown>;
}

/** Answers the calls of all chargers of one version. */
export type Answers = (call: Call) => Promise<CallOutcome>;

export function createAnswers({ protocol, inbound }: Dialect): Answers {
  const actions = new Map(inbound.map((action) => [action.action, action]));
  return async (call) => {
    const { charger, desk, kept, payload } = call;
    try {
      const action = actionNamed(actions, call.action, protocol);
      call.standing.admit(call.action);
      try {
        return { result: await action.answer(payload, call) };
      } finally {
        // Both go on at once; but whatever the outcome, the frame is kept before the charger hears of it.
        await kept;
      }
    } catch (error) {
      const told = error instanceof PolisError && error.code !== 'internal' && error.code !== 'unavailable';
      const fields = { charger: charger.id, action: call.action.slice(0, 50), error: messageOf(error) };
      if (told) desk.ground.log.info(fields, 'A call was answered with an error.');
      else desk.ground.log.error(fields, 'A call could not be handled.');
      await kept.catch(() => null);
      if (isToComeAgain(call.action, error)) return 'to come again';
      return { error: callErrorOf(error, protocol) };
    }
  };
}

function actionNamed(actions: ReadonlyMap<string, InboundAction>, name: string, protocol: Protocol): InboundAction {
  const action = actions.get(name);
  if (action) return action;
  const known = isAction(protocol, name);
  const message = known ? `${name} is not supported here.` : `${protocol} has no action ${name.slice(0, 50)}.`;
  throw new PolisError('unsupported', message, { details: { known } });
}
