import { messageOf } from '#estate/errors.ts';
import type { Log } from '#estate/log.ts';
import { frameErrorCode, type CallError } from './call-errors.ts';
import { readFrame, type Frame } from './frame.ts';
import type { Ticket } from './handshake.ts';
import type { Peer } from './rpc.ts';
import type { Trace } from './trace.ts';

/** What stands between a charger's frames and the library that answers them. */
export interface Gate {
  /** Journals a frame, and either passes it on or turns it down; resolves once it is answered. Never rejects. */
  serve(frame: string): Promise<void>;
  /** A call that was passed on, as the library read it. */
  onCall(action: string, payload: unknown): Promise<CallOutcome>;
}

export type CallOutcome = { result: object } | { error: CallError };

export interface GateDeps {
  peer: Peer;
  trace: Trace;
  log: Log;
  /** Answers a call. `kept` resolves once its frame is in the journal. */
  answer(call: { action: string; payload: unknown; kept: Promise<unknown> }): Promise<CallOutcome>;
  /** Ends the connection, for a reason. */
  expel(reason: string): void;
}

const MOST_MALFORMED_IN_A_ROW = 100;

export function createGate(deps: GateDeps, { charger, protocol }: Ticket): Gate {
  const { peer, trace, log } = deps;
  let malformedInARow = 0;
  let kept: Promise<unknown> = Promise.resolve();
  let answered: Promise<unknown> = Promise.resolve();

  const turnDown = ({ messageId, fault, description, answerable }: Extract<Frame, { kind: 'malformed' }>) => {
    if (answerable) peer.send(JSON.stringify([4, messageId, frameErrorCode(fault, protocol), description, {}]));
    if (++malformedInARow > MOST_MALFORMED_IN_A_ROW) deps.expel('Too many malformed messages');
  };
  const pass = async (frame: string) => {
    // Some chargers send empty frames to keep the connection alive.
    if (frame === '') return;
    kept = trace.write(charger.id, { direction: 'in', frame, protocol });
    const read = readFrame(frame);
    if (read.kind === 'malformed') {
      await kept;
      return turnDown(read);
    }
    malformedInARow = 0;
    peer.pass(frame);
    if (read.kind === 'call') await answered;
  };
  return {
    serve: (frame) =>
      pass(frame).catch((error: unknown) => {
        log.error({ charger: charger.id, error: messageOf(error) }, 'A frame could not be served.');
      }),
    onCall(action, payload) {
      const answer = deps.answer({ action, payload, kept });
      answered = answer;
      return answer;
    },
  };
}
