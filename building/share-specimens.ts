import { MINUTE } from '#estate/units.ts';
import type { SiteMeters } from './budget.ts';
import type { PowerDecision, ShareInput } from './share.ts';
import type { ChargingLoad } from './sight.ts';

/** For tests: what a decision on power rests on. */

export const START = 1_000 * MINUTE;
export const rules = { failSafeShare: 0.5, defaultA: 32 };
export const load = (charger: string, more: Partial<ChargingLoad> = {}): ChargingLoad => ({
  charger,
  evse: 1,
  transaction: `t-${charger}`,
  session: `s-${charger}`,
  energyWh: 0,
  powerW: null,
  measuredAt: null,
  startedAt: START,
  online: true,
  ...more,
});
export const grid = (powerW: number, at: number): SiteMeters => ({ grid: { powerW, at }, building: null, pv: null });
export const input = (more: Partial<ShareInput>): ShareInput => ({
  now: START,
  site: 'barolo',
  gridLimitW: 20_000,
  meters: grid(6_200, more.now ?? START),
  loads: [],
  previous: null,
  ...more,
});
/** What the decision looks like after every charger that was told something has said yes. */
export const obeyed = (decision: PowerDecision): PowerDecision => ({
  ...decision,
  loads: decision.loads.map((one) => {
    if (one.limitA === null) return one;
    const since = one.held?.limitA === one.limitA ? one.held.since : decision.at;
    return { ...one, refused: null, held: { limitA: one.limitA, since, expiresAt: decision.at + 10 * MINUTE } };
  }),
});
export const limits = ({ loads }: PowerDecision) => loads.map(({ limitA }) => limitA);
