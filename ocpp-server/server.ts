import type { ChargerCommand, Charging } from '#charging/index.ts';
import { messageOf, PolisError } from '#estate/errors.ts';
import type { DeviceId } from '#estate/ids.ts';
import { SECOND } from '#estate/units.ts';
import type { Records } from '#storage/records.ts';
import type { SecretBox } from '#storage/secrets.ts';
import { admit } from './admission.ts';
import type { Connection } from './connection.ts';
import type { OutboundCall } from './dialect.ts';
import { createFleet, DIALECTS, type FleetDeps, type FleetOptions } from './fleet.ts';
import { createFront } from './front.ts';
import type { Ticket } from './handshake.ts';
import type { OcppServer } from './index.ts';
import { createRefusals } from './refusals.ts';
import { checkStrictly, createRpc } from './rpc.ts';

export interface OcppServerDeps extends FleetDeps {
  /** Where chargers are registered. */
  records: Records;
  secrets: SecretBox;
}

export interface OcppServerOptions extends FleetOptions {
  host: string;
  /** 0: any free port. */
  port: number;
  /** How long a client may take to send its request, ms; 10 s unless told. */
  headersTimeoutMs?: number;
  /** A connection that leaves a ping unanswered until the next is due is given up; 60 s unless told. */
  pingIntervalMs?: number;
  /** How long a command may take, its wait for its turn included, ms; 30 s unless told. */
  callTimeoutMs?: number;
  /** Lets chargers registered with security profile 0 in without a secret. */
  allowInsecure?: boolean;
}

const MOST_FRAME_BYTES = 256 * 1024;
const POLICY_VIOLATION = 1008;

/** The front of all chargers: OCPP-J 1.6 and 2.0.1 on `ws://host:port/ocpp/{identity}`. */
export function createOcppServer(deps: OcppServerDeps, options: OcppServerOptions): OcppServer {
  const { records, secrets, ground } = deps;
  const { clock, random, log } = ground;
  const { pingIntervalMs = 60 * SECOND, callTimeoutMs = 30 * SECOND, allowInsecure = false } = options;
  const refusals = createRefusals(clock);
  const fleet = createFleet(deps, options);
  const rpc = createRpc<Ticket>(
    {
      join: (peer, ticket) => fleet.join(peer, ticket),
      onError: (error) => log.info({ error: messageOf(error) }, 'A connection failed.'),
    },
    { pingIntervalMs, maxFrameBytes: MOST_FRAME_BYTES },
  );
  let stopping = false;

  const admission = { records, secrets, allowInsecure, refusals, rpc, log, isOpen: () => !stopping };
  const front = createFront(
    { log, knock: (knock) => admit(knock, admission), refused: (claim) => refusals.note(claim) },
    options,
  );

  const connected = (charger: DeviceId): Connection => {
    const connection = stopping ? null : fleet.of(charger);
    if (connection) return connection;
    throw new PolisError('offline', `${charger} is not connected; try again when it is.`);
  };
  const dispatch = (connection: Connection, call: OutboundCall) => {
    checkStrictly(connection.info.protocol, { ...call, kind: 'req' });
    return connection.call(call, callTimeoutMs);
  };
  return {
    start() {
      fleet.open();
      return front.open();
    },
    async stop() {
      stopping = true;
      const closed = front.close();
      await fleet.dismiss();
      await Promise.all([closed, rpc.close()]);
    },
    connectionOf: (charger) => fleet.of(charger)?.info ?? null,
    connectionCount: () => fleet.count(),
    refused: () => refusals.list(),
    async command(charger, command) {
      const connection = connected(charger);
      const dialect = DIALECTS[connection.info.protocol];
      const meant = await byTransaction(deps.charging, charger, command);
      return dispatch(connection, dialect.translate(meant, { now: clock.now(), random }));
    },
    async call(charger, action, payload) {
      return dispatch(connected(charger), { action, payload: toObject(payload) });
    },
    disconnect: (charger, reason) => fleet.of(charger)?.close(POLICY_VIOLATION, reason.slice(0, 100)),
  };
}

/** Who stops may name the session by our id; its charger knows it by the transaction. */
async function byTransaction(charging: Charging, charger: DeviceId, command: ChargerCommand): Promise<ChargerCommand> {
  if (command.command !== 'stop') return command;
  const session = await charging.session(command.transaction);
  if (session?.charger !== charger) return command;
  if (session.transaction !== '') return { ...command, transaction: session.transaction };
  throw new PolisError('conflict', `The session ${session.id} has not begun: there is nothing to stop.`);
}

function toObject(payload: unknown): object {
  if (typeof payload === 'object' && payload !== null) return payload;
  throw new PolisError('invalid', 'The payload of an OCPP call is an object.');
}
