import { expect, it } from 'vitest';
import type { Alarm } from '#estate/alarm.ts';
import { handClock } from '#estate/clock.ts';
import { silentLog } from '#estate/log.ts';
import { seededRandom } from '#estate/random.ts';
import { openSqliteRecords } from '#storage/engines/sqlite/engine.ts';
import { listAlarms } from '../records.ts';
import { createStandingAlarms } from './standing.ts';

const leak: Alarm = {
  id: 'device-event:leak-1',
  cause: 'device-event',
  site: 'barolo',
  device: 'leak-1',
  priority: 'high',
  text: 'Device leak-1 reports: leak.',
  action: 'Send a plumber.',
  since: 0,
  clearedAt: null,
};

it.each([0, 1, 2, 3])('an alarm that passes %i turns after it was stored is cleared at once', async (turns) => {
  const records = await openSqliteRecords({
    file: ':memory:',
    modules: [new URL('../records.ts', import.meta.url).href],
  });
  const ground = { clock: handClock(0), random: seededRandom(1), log: silentLog };
  const stored = Promise.withResolvers<void>();
  const alarms = createStandingAlarms({ records, publish: () => stored.resolve(), ground });
  try {
    alarms.raise(leak);
    await stored.promise;
    for (let turn = 0; turn < turns; turn++) await Promise.resolve();
    alarms.clear(leak.id);
    await alarms.settled();
    expect(await records.run(listAlarms, { active: true, limit: 10 })).toEqual([]);
  } finally {
    await records.close();
  }
});
