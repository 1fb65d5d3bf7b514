import type { Charging } from '#charging/index.ts';
import type { Ground } from '#estate/ground.ts';
import type { Log } from '#estate/log.ts';
import type { Reading } from '#estate/sample.ts';
import { SECOND } from '#estate/units.ts';
import type { Journal } from '#storage/journal.ts';
import type { CommandResult } from '#estate/command.ts';
import { PolisError } from '#estate/errors.ts';
import type { DeviceId } from '#estate/ids.ts';
import type { NewSecrets } from '../both-versions/new-secrets.ts';
import { createAnswers } from '../connection/answers.ts';
import { createConnection, type Connection } from '../connection/connection.ts';
import { createTrace } from '../connection/trace.ts';
import { DIALECTS } from '../dialects.ts';
import type { Ticket } from '../handshake/handshake.ts';
import type { Watch } from '../handshake/sign-in-watch.ts';
import type { OutboundCall } from '../messages/call.ts';
import type { Desk } from '../messages/inbound.ts';
import type { Peer, PeerListener } from '../wire/rpc.ts';
import { createAftercare, type Aftercare } from './aftercare.ts';
import { createConnections, type Connections } from './connections.ts';
import { createDismissal } from './dismissal.ts';
import { createDispatch, type Dispatch } from './dispatch.ts';
import { createPresence } from './presence.ts';

export interface FleetDeps {
  journal: Journal;
  charging: Charging;
  ground: Ground;
  watch: Watch;
  newSecrets: NewSecrets;
  /** A charger has come, and settled. */
  onListening(charger: DeviceId): void;
  /** A boot was accepted, and the charger has settled. `isNew`: it never booted like this before. */
  onBooted(charger: DeviceId, boot: { isNew: boolean }): void;
  /** Takes chargers' meter values as samples; resolves once they are kept. */
  onReadings(readings: Reading[]): Promise<void>;
}

export interface FleetOptions {
  /** How often chargers are to be heard, s; 300 unless told. */
  heartbeatIntervalS?: number;
  /** How long calls under way may take when the server stops; 5 s unless told. */
  graceMs?: number;
  /** How long a call may take, its wait for its turn included, ms; 30 s unless told. */
  callTimeoutMs?: number;
}

/** The chargers that are connected. */
export interface Fleet extends Pick<Connections, 'of' | 'count'> {
  /** Makes ready for the first charger. */
  open(): void;
  /** Takes in a charger that signed in; a connection that it had before is ended. */
  join(peer: Peer, ticket: Ticket): PeerListener;
  /**
   * Calls a charger; resolves with the one outcome, once what follows from it is stored.
   *
   * @throws PolisError `offline`, or as the call is no good.
   */
  send(charger: DeviceId, call: OutboundCall): Promise<CommandResult>;
  /** Lets calls under way end, then closes all connections; resolves once everything is stored. */
  dismiss(): Promise<void>;
}

/** After it came or booted, a charger is busy for a while. */
const SETTLES_IN_MS = 5 * SECOND;

export function createFleet(deps: FleetDeps, options: FleetOptions): Fleet {
  const { charging, ground, journal } = deps;
  const { clock, log } = ground;
  const { heartbeatIntervalS = 300, graceMs = 5 * SECOND, callTimeoutMs = 30 * SECOND } = options;
  const connections = createConnections(clock.now());
  const presence = createPresence(charging, ground);
  const trace = createTrace(journal, ground);
  const answers = { 'ocpp1.6': createAnswers(DIALECTS['ocpp1.6']), 'ocpp2.0.1': createAnswers(DIALECTS['ocpp2.0.1']) };
  const dismissal = createDismissal(connections, clock);
  const keep = async (readings: Reading[]) => {
    aftercare.metered(readings);
    if (readings.length > 0) await deps.onReadings(readings);
  };
  const desk: Desk = { charging, ground, keep, heartbeatIntervalS, call: (charger, call) => send(charger, call) };
  const dispatch = createDispatch({ desk, dialects: DIALECTS, callTimeoutMs });
  const connected = (charger: DeviceId) => (dismissal.isUnderWay() ? null : connections.of(charger));
  const aftercare = createAftercare(desk, connections);
  const send = sending(connected, { dispatch, aftercare, newSecrets: deps.newSecrets });
  const onClose = (connection: Connection) => {
    if (connections.leave(connection)) presence.tell(connection.ticket.charger, false);
    dismissal.left();
  };
  const whenSettled = (connection: Connection, act: () => void) =>
    clock.after(SETTLES_IN_MS, () => {
      if (connections.of(connection.info.charger) === connection) act();
    });
  const onBoot = (connection: Connection, boot: { isNew: boolean }) => {
    aftercare.cameBack(connection.info.charger);
    whenSettled(connection, () => deps.onBooted(connection.info.charger, boot));
  };
  return {
    of: (charger) => connections.of(charger),
    count: () => connections.count(),
    open() {
      trace.start();
      aftercare.start();
    },
    send,
    join(peer, ticket) {
      const own = { desk, trace, answers: answers[ticket.protocol], onBoot, onClose };
      const connection = createConnection(own, { peer, ticket, epoch: connections.nextEpoch() });
      const before = connections.join(connection);
      presence.tell(ticket.charger, true);
      aftercare.cameBack(ticket.charger.id);
      for (const seen of ticket.deviations) charging.deviations.note(ticket.charger.id, seen);
      whenSettled(connection, () => deps.onListening(ticket.charger.id));
      if (before) replace(before, ticket, { log, watch: deps.watch });
      return connection.listener;
    },
    async dismiss() {
      aftercare.stop();
      await dismissal.begin(graceMs);
      await Promise.all([presence.settled(), trace.stop(), charging.deviations.settled(), deps.watch.settled()]);
    },
  };
}

/** Calls those who are connected. */
function sending(
  connected: (charger: DeviceId) => Connection | null,
  deps: { dispatch: Dispatch; aftercare: Aftercare; newSecrets: NewSecrets },
): Fleet['send'] {
  return async (charger, call) => {
    const connection = connected(charger);
    if (!connection) throw new PolisError('offline', `${charger} is not connected; try again when it is.`);
    await deps.newSecrets.beforeLeaving(charger, call);
    const result = await deps.dispatch(connection, call);
    if (result.outcome === 'accepted') deps.aftercare.obeyed(charger, call);
    return result;
  };
}

/** Ends the connection in whose place another came. */
function replace(before: Connection, { charger, remoteAddress }: Ticket, { log, watch }: { log: Log; watch: Watch }) {
  const from = { before: before.info.remoteAddress, now: remoteAddress };
  log.warn({ charger: charger.id, ...from }, 'A charger connected anew while its connection stood.');
  watch.swapped(charger, `Connected from ${from.now}, while it was connected from ${from.before}.`);
  before.terminate();
}
