import { messageOf } from '#estate/errors.ts';
import type { Log } from '#estate/log.ts';
import type { Inspection } from '../deviations/inspection.ts';
import type { Ticket } from '../handshake/handshake.ts';
import { frameErrorCode, type CallError } from '../messages/call-errors.ts';
import { readFrame, type Frame } from '../wire/frame.ts';
import type { Peer } from '../wire/rpc.ts';
import { withoutSecrets } from '../wire/without-secrets.ts';
import type { Trace } from './trace.ts';

/** What stands between a charger's frames and all that comes of them. */
export interface Gate {
  /**
   * Journals a frame, and answers it, hands it on as the answer to a call of ours, or turns it down; resolves once that is
   * done. Never rejects.
   */
  serve(frame: string): Promise<void>;
}

/** What a call is answered; `to come again`: nothing, so that its charger keeps it. */
export type CallOutcome = { result: object } | { error: CallError } | 'to come again';

export interface GateDeps {
  peer: Peer;
  trace: Trace;
  log: Log;
  inspection: Pick<Inspection, 'frame'>;
  /** Answers a call. `kept` resolves once its frame is in the journal. */
  answer(call: { action: string; payload: unknown; frame: string; kept: Promise<unknown> }): Promise<CallOutcome>;
  /** Ends the connection, for a reason; with 1008 (policy violation) unless told. */
  expel(reason: string, code?: number): void;
}

const TRY_AGAIN_LATER = 1013;
const MOST_MALFORMED_IN_A_ROW = 100;

export function createGate(deps: GateDeps, { charger, protocol }: Ticket): Gate {
  const { peer, trace, log, inspection } = deps;
  let malformedInARow = 0;

  const turnDown = ({ messageId, fault, description, answerable }: Extract<Frame, { kind: 'malformed' }>) => {
    inspection.frame('malformed-frame', description);
    if (answerable) peer.send(JSON.stringify([4, messageId, frameErrorCode(fault, protocol), description, {}]));
    if (++malformedInARow > MOST_MALFORMED_IN_A_ROW) deps.expel('Too many malformed messages');
  };
  const answer = async (call: Extract<Frame, { kind: 'call' }>, from: { frame: string; kept: Promise<unknown> }) => {
    const { messageId, action, payload } = call;
    const outcome = await deps.answer({ action, payload, ...from });
    if (outcome === 'to come again') return deps.expel('What it said could not be stored', TRY_AGAIN_LATER);
    if ('result' in outcome) return peer.send(JSON.stringify([3, messageId, outcome.result]));
    const { code, description, details } = outcome.error;
    peer.send(JSON.stringify([4, messageId, code, description, details]));
  };
  const pass = async (frame: string) => {
    // Some chargers send empty frames to keep the connection alive.
    if (frame === '') return inspection.frame('empty-frame');
    const kept = trace.write(charger.id, { direction: 'in', frame: withoutSecrets(frame), protocol });
    const read = readFrame(frame);
    if (read.kind === 'malformed') {
      await kept;
      return turnDown(read);
    }
    malformedInARow = 0;
    if (read.kind === 'call') await answer(read, { frame, kept });
    else peer.pass(frame);
  };
  return {
    serve: (frame) =>
      pass(frame).catch((error: unknown) => {
        log.error({ charger: charger.id, error: messageOf(error) }, 'A frame could not be served.');
      }),
  };
}
