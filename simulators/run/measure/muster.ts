/** Who of the fleet is there, and how long the chargers last took to be all there again. */
export interface Muster {
  /** A charger is accepted or gone, a gateway connected or gone. */
  standing(peer: string, isUp: boolean): void;
  /** What kept peers away has ended: from now on it is theirs to come back. */
  cutEnded(): void;
  connected(): number;
  gateways(): number;
  /** The last return of all chargers that ended after an instant of the steady clock, s; null: none, or some are away. */
  reconnectedS(sinceMs: number): number | null;
}

/**
 * A return begins when the fleet, having been whole, misses its first charger, or later when a cut ends while some are
 * away; it ends once every charger is accepted again. The first coming to life is none.
 */
export function createMuster(chargers: ReadonlySet<string>, steadyMs: () => number): Muster {
  const up = new Set<string>();
  const gateways = new Set<string>();
  let awaySinceMs: number | null = null;
  let last: { atMs: number; tookMs: number } | null = null;
  const isWhole = () => up.size === chargers.size;
  return {
    standing(peer, isUp) {
      if (!chargers.has(peer)) return void (isUp ? gateways.add(peer) : gateways.delete(peer));
      const wasWhole = isWhole();
      if (isUp) up.add(peer);
      else up.delete(peer);
      if (wasWhole === isWhole()) return;
      const nowMs = steadyMs();
      if (wasWhole) awaySinceMs = nowMs;
      else if (awaySinceMs !== null) last = { atMs: nowMs, tookMs: nowMs - awaySinceMs };
    },
    cutEnded() {
      if (!isWhole()) awaySinceMs = steadyMs();
    },
    connected: () => up.size,
    gateways: () => gateways.size,
    reconnectedS: (sinceMs) => (last && last.atMs > sinceMs && isWhole() ? last.tookMs / 1000 : null),
  };
}
