import type { ChargerCommand, Order } from '#charging/index.ts';
import type { CommandResult } from '#estate/command.ts';
import { messageOf, PolisError } from '#estate/errors.ts';
import type { DeviceId } from '#estate/ids.ts';
import { SECOND } from '#estate/units.ts';
import type { Records } from '#storage/records.ts';
import type { SecretBox } from '#storage/secrets.ts';
import { createNewSecrets } from './both-versions/new-secrets.ts';
import { createAfterBoot, type AfterBootOptions } from './commands/after-boot.ts';
import { createCommander } from './commands/commander.ts';
import { createOrderBook, type OrderRequest } from './commands/orders.ts';
import type { ChargerConnection } from './connection/connection.ts';
import { createFleet, type FleetDeps, type FleetOptions } from './fleet/fleet.ts';
import { createDoors } from './handshake/doors.ts';
import type { Ticket } from './handshake/handshake.ts';
import { createRefusals, type RefusedHandshake } from './handshake/refusals.ts';
import { createWatch } from './handshake/sign-in-watch.ts';
import type { TlsOptions } from './tls/server-certificates.ts';
import { createRpc } from './wire/rpc.ts';

/** The public face of the chargers' front. */
export interface OcppServer {
  /** Listens; resolves with the port, and with that behind TLS where there is one. */
  start(): Promise<{ port: number; tlsPort: number | null }>;
  /** Refuses new connections, lets calls under way end, closes with 1001. */
  stop(): Promise<void>;
  connectionOf(charger: DeviceId): ChargerConnection | null;
  connectionCount(): number;
  refused(): RefusedHandshake[];
  /** A domain command, in what the charger speaks. Resolves with its one outcome; `PolisError offline` when not connected. */
  command(charger: DeviceId, command: ChargerCommand): Promise<CommandResult>;
  /** Any action of the charger's version, strictly validated before it leaves. */
  call(charger: DeviceId, action: string, payload: unknown): Promise<CommandResult>;
  /**
   * Either of the two as a person orders it: on record, and kept for a charger that is not connected where it may wait.
   *
   * @throws PolisError as `command`; `offline` when the charger is not connected and the order may not wait.
   */
  order(charger: DeviceId, request: OrderRequest): Promise<Order>;
  /** Closes the connection of a charger, if any: its registration changed. */
  disconnect(charger: DeviceId, reason: string): void;
}

export interface OcppServerDeps extends Omit<FleetDeps, 'onListening' | 'onBooted' | 'watch' | 'newSecrets'> {
  /** Where chargers are registered. */
  records: Records;
  secrets: SecretBox;
}

export interface OcppServerOptions extends FleetOptions, AfterBootOptions {
  host: string;
  /** 0: any free port. */
  port: number;
  /** How long a client may take to send its request, ms; 10 s unless told. */
  headersTimeoutMs?: number;
  /** A connection that leaves a ping unanswered until the next is due is given up; 60 s unless told. */
  pingIntervalMs?: number;
  /** Lets chargers registered with security profile 0 in without a secret. */
  allowInsecure?: boolean;
  /** A second port, behind TLS; takes an authority in charging. */
  tls?: TlsOptions;
}

const MOST_FRAME_BYTES = 256 * 1024;
const POLICY_VIOLATION = 1008;

/** The front of all chargers: OCPP-J 1.6 and 2.0.1 on `ws://host:port/ocpp/{identity}`. */
export function createOcppServer(deps: OcppServerDeps, options: OcppServerOptions): OcppServer {
  const { ground } = deps;
  const { clock, log } = ground;
  const { pingIntervalMs = 60 * SECOND, allowInsecure = false } = options;
  const refusals = createRefusals(clock);
  const watch = createWatch(deps);
  const fleet = createFleet(
    {
      ...deps,
      watch,
      newSecrets: createNewSecrets(deps),
      onListening: (charger) => void orders.deliver(charger),
      onBooted: (charger, boot) => void afterBoot(charger, boot),
    },
    options,
  );
  const rpc = createRpc<Ticket>(
    {
      join: (peer, ticket) => fleet.join(peer, ticket),
      onError: (error) => log.info({ error: messageOf(error) }, 'A connection failed.'),
    },
    { pingIntervalMs, maxFrameBytes: MOST_FRAME_BYTES },
  );
  let stopping = false;

  const admission = { ...deps, clock, log, allowInsecure, refusals, rpc, watch, isOpen: () => !stopping };
  const doors = createDoors({ admission, ground }, options);

  const command = createCommander({ charging: deps.charging, fleet, ground });
  const afterBoot = createAfterBoot({ command, log }, options);
  const orders = createOrderBook({
    charging: deps.charging,
    ground,
    isConnected: (charger) => fleet.of(charger) !== null,
    say: (charger, said) => ('action' in said ? fleet.send(charger, said) : command(charger, said)),
  });

  return {
    async start() {
      fleet.open();
      await orders.start();
      return doors.open();
    },
    async stop() {
      stopping = true;
      orders.stop();
      const closed = doors.close();
      await fleet.dismiss();
      await Promise.all([closed, rpc.close()]);
    },
    connectionOf: (charger) => fleet.of(charger)?.info ?? null,
    connectionCount: () => fleet.count(),
    refused: () => refusals.list(),
    command,
    call: async (charger, action, payload) => fleet.send(charger, { action, payload: toObject(payload) }),
    order: (charger, request) => orders.place(charger, request),
    disconnect: (charger, reason) => fleet.of(charger)?.close(POLICY_VIOLATION, reason.slice(0, 100)),
  };
}

function toObject(payload: unknown): object {
  if (typeof payload === 'object' && payload !== null) return payload;
  throw new PolisError('invalid', 'The payload of an OCPP call is an object.');
}
