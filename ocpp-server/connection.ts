import type { CommandResult } from '#estate/command.ts';
import type { Answers } from './answers.ts';
import { createCallQueue } from './commands.ts';
import type { OutboundCall } from './dialect.ts';
import { createGate } from './gate.ts';
import type { Ticket } from './handshake.ts';
import type { Desk } from './inbound.ts';
import { createInbox } from './inbox.ts';
import type { ChargerConnection } from './index.ts';
import type { Peer, PeerListener } from './rpc.ts';
import type { Trace } from './trace.ts';

/** One charger, speaking. */
export interface Connection {
  readonly info: ChargerConnection;
  readonly ticket: Ticket;
  readonly listener: PeerListener;
  /** Sends a checked call and resolves with its one outcome; see `CallQueue`. */
  call(call: OutboundCall, timeoutMs: number): Promise<CommandResult>;
  /** Resolves once the calls under way, in both directions, have ended; then no more are taken. */
  drain(): Promise<void>;
  close(code: number, reason: string): void;
  terminate(): void;
}

export interface ConnectionDeps {
  desk: Desk;
  trace: Trace;
  answers: Answers;
  /** A boot was accepted; its answer is about to leave. */
  onBoot: (connection: Connection) => void;
  onClose: (connection: Connection) => void;
}

const POLICY_VIOLATION = 1008;

/** Serves one charger: its frames one after another, so that answers go out in the order of the calls. */
export function createConnection(
  deps: ConnectionDeps,
  { peer, ticket, epoch }: { peer: Peer; ticket: Ticket; epoch: number },
): Connection {
  const { desk, trace, answers } = deps;
  const { clock, log } = desk.ground;
  const { charger, protocol, remoteAddress } = ticket;

  const close = (code: number, reason: string) => {
    inbox.shut();
    peer.close(code, reason);
  };
  const expel = (reason: string) => {
    log.warn({ charger: charger.id, reason }, 'A charger was disconnected.');
    close(POLICY_VIOLATION, reason);
  };
  const answer: Parameters<typeof createGate>[0]['answer'] = async (call) => {
    const outcome = await answers({ ...call, charger, desk, receivedAt: clock.now() });
    if (call.action === 'BootNotification' && 'result' in outcome) deps.onBoot(connection);
    return outcome;
  };
  const calls = createCallQueue(peer, { clock, protocol });
  const gate = createGate({ peer, trace, log, answer, expel }, ticket);
  const inbox = createInbox({ peer, clock }, { serve: (frame) => gate.serve(frame), expel });

  const connection: Connection = {
    ticket,
    info: { charger: charger.id, protocol, since: clock.now(), remoteAddress, epoch },
    listener: {
      onFrame: (frame) => inbox.take(frame),
      onSent: (frame) => void trace.write(charger.id, { direction: 'out', frame, protocol }),
      onCall: (action, payload) => gate.onCall(action, payload),
      onClose() {
        inbox.shut();
        deps.onClose(connection);
      },
    },
    call: (call, timeoutMs) => calls.call(call, timeoutMs),
    async drain() {
      await calls.settled();
      inbox.shut();
      await inbox.settled();
    },
    close,
    terminate: () => peer.terminate(),
  };
  return connection;
}
