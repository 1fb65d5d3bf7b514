import type { Cancel, Clock } from '#estate/clock.ts';
import { SECOND } from '#estate/units.ts';
import type { Peer } from '../wire/rpc.ts';

/** The pings of a charger that cannot stand those at the interval for all. */
export interface Keepalive {
  /** @param everyS 0: none at all; null: at the interval for all, as long as none other was asked for. */
  set(everyS: number | null): void;
  stop(): void;
}

export function createKeepalive(peer: Pick<Peer, 'ping' | 'stopPings' | 'terminate'>, clock: Clock): Keepalive {
  let everyS: number | null = null;
  let cancel: Cancel = () => {};
  return {
    set(wanted) {
      if (wanted === everyS || wanted === null) return;
      everyS = wanted;
      cancel();
      peer.stopPings();
      if (wanted > 0) cancel = clock.every(wanted * SECOND, () => peer.ping() || peer.terminate());
    },
    stop: () => cancel(),
  };
}
