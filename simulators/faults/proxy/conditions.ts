/** What a lane of the network is like. */
export interface Conditions {
  /** How long each byte is on its way, either way, and by how much more at most, drawn for each piece, ms. */
  latencyMs: number;
  jitterMs: number;
  /** What each connection carries, either way, bytes a second. */
  bytesPerS: number;
  /** Nobody gets through, and who was through is cut. */
  down: boolean;
  /** Bytes vanish both ways, and neither side is told. */
  halfOpen: boolean;
  /** After so many bytes from the field a connection is reset. */
  resetAfterBytes: number;
  /** No piece is longer; each leaves so much after the one before, ms. */
  sliceBytes: number;
  sliceGapMs: number;
}

export const FAIR: Conditions = {
  latencyMs: 0,
  jitterMs: 0,
  bytesPerS: Infinity,
  down: false,
  halfOpen: false,
  resetAfterBytes: Infinity,
  sliceBytes: Infinity,
  sliceGapMs: 0,
};

/** Several conditions at once: delays add up, and of limits the narrowest holds. */
export function together(all: Iterable<Partial<Conditions>>): Conditions {
  const sum = { ...FAIR };
  for (const each of all) {
    sum.latencyMs += each.latencyMs ?? 0;
    sum.jitterMs += each.jitterMs ?? 0;
    sum.bytesPerS = Math.min(sum.bytesPerS, each.bytesPerS ?? Infinity);
    sum.down ||= each.down ?? false;
    sum.halfOpen ||= each.halfOpen ?? false;
    sum.resetAfterBytes = Math.min(sum.resetAfterBytes, each.resetAfterBytes ?? Infinity);
    sum.sliceBytes = Math.min(sum.sliceBytes, each.sliceBytes ?? Infinity);
    sum.sliceGapMs = Math.max(sum.sliceGapMs, each.sliceGapMs ?? 0);
  }
  return sum;
}
