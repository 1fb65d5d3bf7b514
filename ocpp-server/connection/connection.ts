import type { Protocol } from '#charging/index.ts';
import type { CommandResult } from '#estate/command.ts';
import type { DeviceId } from '#estate/ids.ts';
import { SECOND, type Millis } from '#estate/units.ts';
import { createInspection, type Inspection } from '../deviations/inspection.ts';
import type { Ticket } from '../handshake/handshake.ts';
import type { OutboundCall } from '../messages/call.ts';
import type { Desk } from '../messages/inbound.ts';
import { createStanding, type Standing } from '../messages/standing.ts';
import type { Peer, PeerListener } from '../wire/rpc.ts';
import { payloadWithoutSecrets, withoutSecrets } from '../wire/without-secrets.ts';
import type { Answers } from './answers.ts';
import { createCallQueue, EXPIRED } from './call-queue.ts';
import { createGate, type GateDeps } from './gate.ts';
import { createInbox } from './inbox.ts';
import type { Trace } from './trace.ts';
import { createTreatment, type Treatment } from './treatment.ts';

/** A connection that stands. */
export interface ChargerConnection {
  charger: DeviceId;
  protocol: Protocol;
  since: Millis;
  remoteAddress: string;
  /** Grows with each connection of the identity. */
  epoch: number;
}

/** One charger, speaking. */
export interface Connection {
  readonly info: ChargerConnection;
  readonly ticket: Ticket;
  readonly listener: PeerListener;
  readonly treatment: Treatment;
  readonly standing: Standing;
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
  /** A boot is accepted; its answer is about to leave. */
  onBoot: (connection: Connection, boot: { isNew: boolean }) => void;
  onClose: (connection: Connection) => void;
}

const POLICY_VIOLATION = 1008;
const LAST_WORDS_MS = SECOND;

/** Serves one charger: its frames one after another, so that answers go out in the order of the calls. */
export function createConnection(
  deps: ConnectionDeps,
  { peer, ticket, epoch }: { peer: Peer; ticket: Ticket; epoch: number },
): Connection {
  const { desk, trace } = deps;
  const { clock, log } = desk.ground;
  const { charger, protocol, remoteAddress } = ticket;

  const close = (code: number, reason: string) => {
    inbox.shut();
    peer.close(code, reason);
  };
  const expel = (reason: string, code = POLICY_VIOLATION) => {
    log.warn({ charger: charger.id, reason }, 'A charger was disconnected.');
    close(code, reason);
    // One that goes on all the same would be read until the closing handshake times out.
    clock.after(LAST_WORDS_MS, () => peer.terminate());
  };
  const inspection = createInspection(desk, ticket);
  const treatment = createTreatment(peer, ticket, clock);
  const standing = createStanding(desk.charging.registrations.of(charger.id), (boot) => deps.onBoot(connection, boot));
  const calls = createCallQueue(peer, { clock, protocol });
  const answer = answering(deps, ticket, { inspection, treatment, standing });
  const gate = createGate({ peer, trace, log, answer, expel, inspection }, ticket);
  const inbox = createInbox({ peer, clock }, { serve: (frame) => gate.serve(frame), expel });

  const connection: Connection = {
    ticket,
    treatment,
    standing,
    info: { charger: charger.id, protocol, since: clock.now(), remoteAddress, epoch },
    listener: {
      onFrame: (frame) => inbox.take(frame),
      onSent: (frame) => void trace.write(charger.id, { direction: 'out', frame: withoutSecrets(frame), protocol }),
      onClose() {
        inbox.shut();
        treatment.stop();
        deps.onClose(connection);
      },
    },
    async call(call, timeoutMs) {
      const dueMs = clock.now() + timeoutMs;
      if (!(await treatment.listens(timeoutMs))) return EXPIRED;
      const result = await calls.call(call, dueMs - clock.now());
      const { outcome } = result;
      const response = payloadWithoutSecrets(result.response);
      const isAnswer = outcome === 'accepted' || outcome === 'rejected';
      if (isAnswer) inspection.answer(call.action, response, clock.now());
      return { outcome, response };
    },
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

/** Answers calls, and learns from them what the charger is and does. */
function answering(
  { desk, answers }: ConnectionDeps,
  { charger }: Ticket,
  of: { inspection: Inspection; treatment: Treatment; standing: Standing },
): GateDeps['answer'] {
  const { inspection, treatment, standing } = of;
  return async (call) => {
    const receivedAt = desk.ground.clock.now();
    const answered = answers({ ...call, charger, desk, receivedAt, standing });
    // While the effect is on its way to the store.
    inspection.call({ ...call, receivedAt });
    const outcome = await answered;
    if (outcome === 'to come again') return outcome;
    if ('error' in outcome) inspection.refused(call.action, outcome.error);
    else if (call.action === 'BootNotification') treatment.booted(call.payload);
    return outcome;
  };
}
