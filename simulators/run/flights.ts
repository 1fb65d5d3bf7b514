/** What is under way at the peers of a fleet, the oldest first. */
export interface Flights {
  /** Something began at a peer; the returned function ends it, and does nothing a second time. */
  begin(peer: string): () => void;
  /** Forgets what has been under way as long as this or longer; tells how much of it was awaited. */
  giveUp(olderThanMs: number): number;
  /** What is under way at a held peer is not awaited; who is held several times is so until it is released as often. */
  hold(peer: string, isHeld: boolean): void;
  awaited(): number;
  /** How long the oldest has been under way, ms; null: nothing is. */
  oldestMs(): number | null;
}

interface Flight {
  at: Peer;
  sinceMs: number;
}

interface Peer {
  flights: number;
  holds: number;
}

/** `noneAwaited` is told whenever the last that was awaited has ended. */
export function createFlights(steadyMs: () => number, noneAwaited: () => void): Flights {
  const peers = new Map<string, Peer>();
  const flights = new Set<Flight>();
  let awaited = 0;

  const peerOf = (id: string) => {
    const known = peers.get(id);
    if (known) return known;
    const first = { flights: 0, holds: 0 };
    peers.set(id, first);
    return first;
  };
  const changeAwaited = (by: number) => {
    awaited += by;
    if (by < 0 && awaited === 0) noneAwaited();
  };
  const end = (flight: Flight) => {
    if (!flights.delete(flight)) return;
    flight.at.flights -= 1;
    if (flight.at.holds === 0) changeAwaited(-1);
  };
  return {
    begin(peer) {
      const flight = { at: peerOf(peer), sinceMs: steadyMs() };
      flights.add(flight);
      flight.at.flights += 1;
      if (flight.at.holds === 0) changeAwaited(1);
      return () => end(flight);
    },
    giveUp(olderThanMs) {
      const before = awaited;
      const nowMs = steadyMs();
      for (const flight of flights) {
        if (nowMs - flight.sinceMs < olderThanMs) break;
        end(flight);
      }
      return before - awaited;
    },
    hold(id, isHeld) {
      const peer = peerOf(id);
      const wasHeld = peer.holds > 0;
      peer.holds = Math.max(0, peer.holds + (isHeld ? 1 : -1));
      if (wasHeld === peer.holds > 0) return;
      changeAwaited(wasHeld ? peer.flights : -peer.flights);
    },
    awaited: () => awaited,
    oldestMs() {
      const [oldest] = flights;
      return oldest ? steadyMs() - oldest.sinceMs : null;
    },
  };
}
