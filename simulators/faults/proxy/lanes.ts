import type { Clock } from '#estate/clock.ts';
import { seededRandom } from '#estate/random.ts';
import { type Lane, openLane } from './lane.ts';

/** A charger or gateway, and the URL at which the platform waits for it. */
export interface LanePeer {
  id: string;
  url: string;
}

/** The ways by which the peers of a run reach the platform. */
export interface Lanes extends AsyncDisposable {
  /** The URL to give to a peer: by its lane, or straight to the platform when nothing will befall its network. */
  urlOf(peer: LanePeer): string;
  /** The lanes that a fault befalls, by its place in the list that was given. */
  of(fault: number): readonly Lane[];
}

const PORTS: Readonly<Record<string, number>> = { 'ws:': 80, 'wss:': 443, 'mqtt:': 1883, 'mqtts:': 8883 };

/**
 * Opens as few lanes as will do: peers that the same faults befall share one, and who is spared by all has none. Behind
 * TLS the platform is reached as 127.0.0.1, for which its certificate must hold.
 *
 * @param befallen the ids that each fault of the network befalls.
 */
export async function lanesFor(
  { clock, seed }: { clock: Clock; seed: string },
  { peers, befallen }: { peers: readonly LanePeer[]; befallen: readonly ReadonlySet<string>[] },
): Promise<Lanes> {
  const lanes = new Map<string, { lane: Lane; faults: readonly number[] }>();
  const nameOf = ({ id, url }: LanePeer) => {
    const faults = befallen.flatMap((ids, n) => (ids.has(id) ? [n] : []));
    return { faults, name: `${faults.join('+')}@${new URL(url).host}` };
  };
  for (const peer of peers) {
    const { faults, name } = nameOf(peer);
    if (faults.length === 0 || lanes.has(name)) continue;
    const lane = await openLane({ clock, random: seededRandom(`${seed}/lane/${name}`) }, hostOf(peer.url));
    lanes.set(name, { lane, faults });
  }
  return {
    urlOf(peer) {
      const found = lanes.get(nameOf(peer).name);
      return found ? withPort(peer.url, found.lane.port) : peer.url;
    },
    of: (fault) => [...lanes.values()].filter(({ faults }) => faults.includes(fault)).map(({ lane }) => lane),
    async [Symbol.asyncDispose]() {
      await Promise.all([...lanes.values()].map(({ lane }) => lane[Symbol.asyncDispose]()));
    },
  };
}

function hostOf(url: string): { host: string; port: number } {
  const { hostname, port, protocol } = new URL(url);
  return { host: hostname.replace(/^\[|\]$/g, ''), port: Number(port) || (PORTS[protocol] ?? 0) };
}

/** The same URL on this machine. Written by hand: a URL object would add a slash that the chargers do not expect. */
function withPort(url: string, port: number): string {
  return url.replace(/^([a-z]+:\/\/)[^/]+/, `$1127.0.0.1:${port}`);
}
