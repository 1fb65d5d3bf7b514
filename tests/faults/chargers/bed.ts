import { createAuthority, generateRoots, type Authority, type Protocol } from '#charging/index.ts';
import { systemClock } from '#estate/clock.ts';
import { SECOND, type Millis } from '#estate/units.ts';
import { openServer, type Specimen } from '../../../ocpp-server/specimens/server.ts';
import { openWire, type Dial, type Wire } from '../../../ocpp-server/specimens/wire.ts';
import type { FaultOn } from '../fault-table.ts';

/** Sooner than a WebSocket's own closing handshake is given up (`ws`: 30 s), on a machine however busy. */
export const AT_ONCE_MS = 15 * SECOND;

/** A fault as a charger may show it. */
export type Fault = FaultOn<Bed>;

/** The central system over real sockets and stores, and a charger that minds its own business all the time. */
export interface Bed extends AsyncDisposable {
  specimen: Specimen;
  /** The installation's own, and that of somebody else. */
  authority: Authority;
  stranger: Authority;
  now: () => Millis;
  /** Registers a charger under an id of its own, and a card of the same name; with security profile 1 unless told. */
  newId(securityProfile?: number): Promise<string>;
  /** The same, connected. */
  connect(protocol?: Protocol): Promise<{ id: string; wire: Wire }>;
  /** What comes of a handshake: `101`, or the status, with the reason that an installer reads. */
  knock(dial: Dial): Promise<string>;
  /** The sessions of a charger in a few words each. */
  sessionsOf(charger: string): Promise<string>;
  /** Whether the neighbour is still served. */
  neighbourLives(): Promise<boolean>;
}

export async function createBed(): Promise<Bed> {
  // OpenSSL reads the machine's clock, so all starts by it.
  const startsAt = systemClock.now();
  const authority = createAuthority(await generateRoots(startsAt));
  const stranger = createAuthority(await generateRoots(startsAt));
  const tls = { port: 0, names: ['127.0.0.1'], chargerAuthorities: [] };
  const specimen = await openServer({ headersTimeoutMs: 2_000, tls }, { authority, startsAt });
  const neighbour = await specimen.connect('NEIGHBOUR');
  let last = 0;
  const newId = async (securityProfile?: number) => {
    const id = `F-${++last}`;
    await specimen.register(id, securityProfile);
    await specimen.charging.putToken({ token: id, status: 'accepted', group: null, expiresAt: null });
    return id;
  };
  return {
    specimen,
    authority,
    stranger,
    now: () => specimen.clock.now(),
    newId,
    async connect(protocol = 'ocpp1.6') {
      const id = await newId();
      return { id, wire: await openWire(specimen.port, { id, protocols: [protocol] }) };
    },
    async knock(dial) {
      try {
        const wire = await openWire(dial.tls ? specimen.tlsPort : specimen.port, dial);
        wire.socket.terminate();
        return '101';
      } catch (error) {
        const status = error instanceof Error ? error.message : String(error);
        const { reason } = specimen.server.refused().find(({ identity }) => identity === dial.id) ?? {};
        return reason === undefined ? status : `${status}: ${reason}`;
      }
    },
    async sessionsOf(charger) {
      const sessions = await specimen.charging.sessions({ charger, limit: 9 });
      if (sessions.length === 0) return 'no session';
      return sessions
        .map(({ state, energyWh, doubts }) => [state, `${energyWh} Wh`, ...doubts].join(' '))
        .toReversed()
        .join(', ');
    },
    async neighbourLives() {
      const [type] = await neighbour.call('Heartbeat', {});
      return type === 3;
    },
    [Symbol.asyncDispose]: () => specimen[Symbol.asyncDispose](),
  };
}

/** What an answer says: `confirmed`, or the error's code. */
export function told([type, , third]: unknown[]): string {
  return type === 3 ? 'confirmed' : String(third);
}

/** Waits in real time for something that goes over sockets. */
export async function until(holds: () => boolean, patienceMs = 5_000): Promise<boolean> {
  const end = Date.now() + patienceMs;
  while (!holds() && Date.now() < end) await new Promise((resolve) => setTimeout(resolve, 5));
  return holds();
}

/** Lets an hour or a second pass by the hand-cranked clock, and sockets keep up. */
export async function pass(bed: Bed, durationMs: number): Promise<void> {
  const stepMs = Math.max(SECOND, durationMs / 60);
  for (let doneMs = 0; doneMs < durationMs; doneMs += stepMs) {
    await bed.specimen.clock.advance(stepMs);
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}
