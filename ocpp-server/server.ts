import { messageOf, PolisError } from '#estate/errors.ts';
import { SECOND } from '#estate/units.ts';
import type { Records } from '#storage/records.ts';
import type { SecretBox } from '#storage/secrets.ts';
import { createAfterBoot } from './after-boot.ts';
import { createCommander } from './commander.ts';
import { createDoors } from './doors.ts';
import { createFleet, type FleetDeps, type FleetOptions } from './fleet.ts';
import type { Ticket } from './handshake.ts';
import type { OcppServer } from './index.ts';
import { createOrderBook } from './orders.ts';
import { createRefusals } from './refusals.ts';
import { createNewSecrets } from './new-secrets.ts';
import { createRpc } from './rpc.ts';
import type { TlsOptions } from './tls/server-certificates.ts';
import { createWatch } from './watch.ts';

export interface OcppServerDeps extends Omit<FleetDeps, 'onListening' | 'onBooted' | 'watch' | 'newSecrets'> {
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
