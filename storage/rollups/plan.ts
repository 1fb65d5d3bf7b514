import type { Millis } from '#estate/units.ts';
import { WIDTH, beginOf, type Tier } from './tiers.ts';

/** A stretch of time, and what it is answered from. */
export interface Span {
  tier: Tier | 'raw';
  from: Millis;
  to: Millis;
}

/** The oldest instants of which raw points and roll-ups are kept. */
export type Horizon = Readonly<Record<Tier | 'raw', Millis>>;

export const FOR_EVER: Horizon = { raw: 0, quarter: 0, day: 0 };

const FINER = { day: 'quarter', quarter: 'raw' } as const;
const COARSER = { raw: 'quarter', quarter: 'day' } as const;

/**
 * How a question by step is answered: from the widest roll-ups whose steps fit into those asked for, the ends that cut a
 * step in two from finer ones. What is no longer kept is answered from the next coarser; then a step that is no
 * multiple of those has what begins in it.
 */
export function planOf({ from, to, step }: { from: Millis; to: Millis; step: number }, horizon: Horizon): Span[] {
  const tier = step % WIDTH.day === 0 ? 'day' : step % WIDTH.quarter === 0 ? 'quarter' : 'raw';
  return spansOf(from, to, tier).flatMap((span) => reachable(span, horizon));
}

function spansOf(from: Millis, to: Millis, tier: Tier | 'raw'): Span[] {
  if (from >= to) return [];
  if (tier === 'raw') return [{ tier, from, to }];
  const first = beginOf(from + WIDTH[tier] - 1, WIDTH[tier]);
  const end = beginOf(to, WIDTH[tier]);
  if (first >= end) return spansOf(from, to, FINER[tier]);
  return [...spansOf(from, first, FINER[tier]), { tier, from: first, to: end }, ...spansOf(end, to, FINER[tier])];
}

function reachable(span: Span, horizon: Horizon): Span[] {
  const { tier, from, to } = span;
  const oldest = horizon[tier];
  if (from >= oldest) return [span];
  const kept = to > oldest ? [{ tier, from: oldest, to }] : [];
  if (tier === 'day') return kept;
  return [...reachable({ tier: COARSER[tier], from, to: Math.min(to, oldest) }, horizon), ...kept];
}
