import type { Charging } from '#charging/index.ts';
import type { Clock } from '#estate/clock.ts';
import type { Ground } from '#estate/ground.ts';
import type { Reading } from '#estate/sample.ts';
import { SECOND } from '#estate/units.ts';
import type { Journal } from '#storage/journal.ts';
import { createAnswers } from './answers.ts';
import { createConnection, type Connection } from './connection.ts';
import type { Ticket } from './handshake.ts';
import { askForMeterValues, SETTLES_IN_MS } from './meter-interval.ts';
import { createPresence } from './presence.ts';
import { createConnections, type Connections } from './registry.ts';
import type { Peer, PeerListener } from './rpc.ts';
import { createTrace } from './trace.ts';
import { v16 } from './v16/index.ts';
import { v201 } from './v201/index.ts';

export interface FleetDeps {
  journal: Journal;
  charging: Charging;
  ground: Ground;
  /** Takes chargers' meter values as samples; resolves once they are kept. */
  onReadings(readings: Reading[]): Promise<void>;
}

export interface FleetOptions {
  /** How often chargers are to be heard, s; 300 unless told. */
  heartbeatIntervalS?: number;
  /** How often they are to meter a transaction, s: asked for after each boot. Absent: as they are configured. */
  meterIntervalS?: number;
  /** How long calls under way may take when the server stops; 5 s unless told. */
  graceMs?: number;
}

/** The chargers that are connected. */
export interface Fleet extends Pick<Connections, 'of' | 'count'> {
  /** Makes ready for the first charger. */
  open(): void;
  /** Takes in a charger that signed in; a connection that it had before is ended. */
  join(peer: Peer, ticket: Ticket): PeerListener;
  /** Lets calls under way end, then closes all connections; resolves once everything is stored. */
  dismiss(): Promise<void>;
}

export const DIALECTS = { 'ocpp1.6': v16, 'ocpp2.0.1': v201 } as const;

const GOING_AWAY = 1001;

export function createFleet(deps: FleetDeps, options: FleetOptions): Fleet {
  const { charging, ground, journal } = deps;
  const { clock, log } = ground;
  const { heartbeatIntervalS = 300, meterIntervalS, graceMs = 5 * SECOND } = options;
  const connections = createConnections(clock.now());
  const presence = createPresence(charging, ground);
  const trace = createTrace(journal, ground);
  const answers = { 'ocpp1.6': createAnswers(v16), 'ocpp2.0.1': createAnswers(v201) };
  const allGone = Promise.withResolvers<void>();
  let dismissing = false;

  const keep = async (readings: Reading[]) => {
    if (readings.length > 0) await deps.onReadings(readings);
  };
  const desk = { charging, ground, keep, heartbeatIntervalS };
  const onClose = (connection: Connection) => {
    if (connections.leave(connection)) presence.tell(connection.ticket.charger, false);
    if (dismissing && connections.count() === 0) allGone.resolve();
  };
  const onBoot = (connection: Connection) => {
    if (meterIntervalS === undefined) return;
    const { charger, protocol } = connection.info;
    clock.after(SETTLES_IN_MS, () => {
      if (connections.of(charger) !== connection) return;
      void askForMeterValues(connection, { dialect: DIALECTS[protocol], intervalS: meterIntervalS, log });
    });
  };
  return {
    of: (charger) => connections.of(charger),
    count: () => connections.count(),
    open: () => trace.start(),
    join(peer, ticket) {
      const epoch = connections.nextEpoch();
      const own = { desk, trace, answers: answers[ticket.protocol], onBoot, onClose };
      const connection = createConnection(own, { peer, ticket, epoch });
      const before = connections.join(connection);
      presence.tell(ticket.charger, true);
      if (before) {
        const from = { before: before.info.remoteAddress, now: ticket.remoteAddress };
        log.warn({ charger: ticket.charger.id, ...from }, 'A charger connected anew while its connection stood.');
        before.terminate();
      }
      return connection.listener;
    },
    async dismiss() {
      dismissing = true;
      const all = connections.all();
      const inTime = (done: Promise<unknown>) => within(clock, graceMs, done);
      await inTime(Promise.all(all.map((connection) => connection.drain())));
      for (const connection of all) connection.close(GOING_AWAY, 'The server stops');
      if (connections.count() > 0) await inTime(allGone.promise);
      for (const connection of connections.all()) connection.terminate();
      if (connections.count() > 0) await allGone.promise;
      await Promise.all([presence.settled(), trace.stop()]);
    },
  };
}

/** Resolves when something is done, or after a while. */
async function within(clock: Clock, durationMs: number, done: Promise<unknown>): Promise<void> {
  const over = new AbortController();
  await Promise.race([done, clock.sleep(durationMs, over.signal)]);
  over.abort();
}
