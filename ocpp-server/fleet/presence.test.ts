import { expect, test } from 'vitest';
import { handClock } from '#estate/clock.ts';
import { silentLog } from '#estate/log.ts';
import { seededRandom } from '#estate/random.ts';
import { createPresence } from './presence.ts';

test('a charger that goes and comes back is told in that order, however long the store takes, and others do not wait', async () => {
  const kept: [charger: string, online: boolean][] = [];
  const slow = Promise.withResolvers<void>();
  const store = {
    async reachable({ id }: { id: string }, online: boolean) {
      if (!online) await slow.promise;
      kept.push([id, online]);
      if (!online) throw new Error('the store gave up');
    },
  };
  const presence = createPresence(store, { clock: handClock(0), random: seededRandom('presence'), log: silentLog });
  const one = { id: 'C1', site: null, synthetic: true };
  const other = { ...one, id: 'C2' };
  presence.tell(one, false);
  presence.tell(one, true);
  presence.tell(other, true);
  await expect.poll(() => kept).toEqual([['C2', true]]);
  slow.resolve();
  await presence.settled();
  expect(kept).toEqual([
    ['C2', true],
    ['C1', false],
    ['C1', true],
  ]);
});
