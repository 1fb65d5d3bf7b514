import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { handClock, type HandClock } from '#estate/clock.ts';
import { HOUR, SECOND } from '#estate/units.ts';
import { openStores, openTestBed, say } from '../specimens/test-bed.ts';
import { listStanding, tidy } from './tables.ts';

const START = Date.UTC(2026, 0, 15);
const IN_2099 = Date.UTC(2099, 0);
const IN_2001 = Date.UTC(2001, 0);

let clock: HandClock;
let stores: Awaited<ReturnType<typeof openStores>>;

beforeEach(async () => {
  clock = handClock(START);
  stores = await openStores({ clock });
});
afterEach(() => stores.close());

/** The smoke detector tells of its event with these stamps, a second apart: what became of it, as others were told. */
async function told(...said: [ts: number, active: boolean][]): Promise<boolean[]> {
  const bed = await openTestBed(stores);
  const meter = await bed.connect('meter');
  for (const [ts, active] of said) {
    await say(meter, 'barolo/event/meter/meter', { id: 'e1', ts, code: 'smoke', active });
    await clock.advance(SECOND);
  }
  await bed.close();
  return bed.facts.flatMap((fact) => (fact.kind === 'device-event' ? [fact.active] : []));
}

const standing = () => stores.records.run(listStanding, null);
const forget = (eventsSince: number) => stores.records.run(tidy, { eventsSince });

describe('an event', () => {
  const isSaid: [number, boolean] = [START, true];
  const isSaidIn2099: [number, boolean] = [IN_2099, true];

  it.each<[string, [number, boolean][], boolean[]]>([
    ['passes', [isSaid, [START + 1, false]], [true, false]],
    ['stays past when its beginning is sent again', [isSaid, [START + 1, false], isSaid], [true, false]],
    ['of 2099 passes in 2099', [isSaidIn2099, [IN_2099 + 1, false]], [true, false]],
    ['of 2099 stays past in 2099', [isSaidIn2099, [IN_2099 + 1, false], isSaidIn2099], [true, false]],
    ['of 2099 passes once the clock is right', [isSaidIn2099, [START + SECOND, false]], [true, false]],
    ['of 2099 begins anew once it is right', [isSaidIn2099, [IN_2099, false], isSaid], [true, false, true]],
    [
      'of an hour ahead passes once it is right',
      [
        [START + HOUR, true],
        [START + SECOND, false],
      ],
      [true, false],
    ],
  ])('%s', async (_, said, facts) => {
    expect(await told(...said)).toEqual(facts);
    expect(await standing()).toHaveLength(facts.at(-1) ? 1 : 0);
  });

  it('that stands is told of with the time at which it came', async () => {
    await told([IN_2099, true]);
    const bed = await openTestBed(stores);
    expect(await bed.telemetry.standing()).toEqual([
      {
        kind: 'device-event',
        at: START,
        site: 'barolo',
        device: 'meter',
        event: 'e1',
        code: 'smoke',
        severity: '0',
        text: '',
        active: true,
      },
    ]);
    await bed.close();
  });

  it.each([
    ['of 2001', IN_2001],
    ['of today', START],
    ['of 2099', IN_2099],
  ])('%s is forgotten by the time at which it came', async (_, ts) => {
    await told([ts, true]);
    await forget(START);
    expect(await standing()).toHaveLength(1);
    await forget(START + 1);
    expect(await standing()).toEqual([]);
  });
});
