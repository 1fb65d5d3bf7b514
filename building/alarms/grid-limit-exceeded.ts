import { SECOND } from '#estate/units.ts';
import type { AlarmRule, ConnectionSubject } from './rule.ts';

/** A site takes more from the grid than its connection may carry, and lowering the cars has not helped in time. */
export const gridLimitExceeded: AlarmRule<ConnectionSubject> = {
  cause: 'grid-limit-exceeded',
  about: 'connection',
  priority: 'critical',
  onDelayMs: 30 * SECOND,
  judge({ site, gridLimitW, gridW, at }) {
    if (gridLimitW === null) return null;
    if (gridW === null) return 'covered';
    if (gridW <= gridLimitW) return null;
    return {
      since: at,
      text: `Site ${site} takes more from the grid than its limit of ${(gridLimitW / 1_000).toFixed(1)} kW.`,
      action:
        'Switch off what can wait at the site; if cars still charge there, stop them and check why they do not follow their limits.',
    };
  },
};
