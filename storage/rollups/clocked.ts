import { messageOf } from '#estate/errors.ts';
import type { Ground } from '#estate/ground.ts';
import { MINUTE } from '#estate/units.ts';
import type { Series } from '../series.ts';

/** Has the upkeep of a store done at once and each minute, until it is closed. */
export function clocked(series: Series, { clock, log }: Pick<Ground, 'clock' | 'log'>): Series {
  let underWay: Promise<void> | null = null;
  const upkeep = async () => {
    try {
      await series.upkeep(clock.now());
    } catch (error) {
      log.warn(
        { error: messageOf(error) },
        'The roll-ups could not be brought up to date; the next minute tries again.',
      );
    } finally {
      underWay = null;
    }
  };
  const stop = clock.every(MINUTE, () => (underWay ??= upkeep()));
  underWay = upkeep();
  return {
    ...series,
    async close() {
      stop();
      await underWay;
      await series.close();
    },
  };
}
