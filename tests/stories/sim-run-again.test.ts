import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DAY, isoTime } from '#estate/units.ts';
import { eventually } from '../platform/http.ts';
import { type PolisgridProcess, startProcess } from '../platform/process.ts';
import { createRunPlace, type RunPlace } from '../platform/run-place.ts';

const YESTERDAY = Date.now() - DAY;

/** Cars charge, and nothing else happens. The other differs in what it measures, so that points tell them apart. */
const scenario = ({ plugged, readings }: { plugged: number; readings: string }) => `
estate: { sites: 3 }
fleet: { drivers: false, plugged: ${plugged}, meterValues: 20s, readings: ${readings} }
start: ${isoTime(YESTERDAY)}
speed: 100
drain: 5s
stages:
  - { name: one, for: 2m }
expect:
  differences: '= 0'
`;

/** Wherever it can be smelt there is smoke, for as long as it runs. */
const SMOKE = `
estate: { sites: 3 }
fleet: { drivers: false }
start: ${isoTime(YESTERDAY)}
stages:
  - { name: one, for: 10m, faults: [{ fault: device-condition, type: smoke-detector, code: smoke }] }
`;

let place: RunPlace;
let polisgrid: PolisgridProcess;
beforeAll(async () => {
  place = await createRunPlace();
  polisgrid = await startProcess({ data: join(place.path, 'data'), flags: ['--demo', 'off'] });
  await place.write('charging.yaml', scenario({ plugged: 1, readings: '5m' }));
  await place.write('smoke.yaml', SMOKE);
  await place.write('measuring.yaml', scenario({ plugged: 0, readings: '20s' }));
});
afterAll(async () => {
  await polisgrid[Symbol.asyncDispose]();
  await place[Symbol.asyncDispose]();
});

describe('A second run of the same time against the same instance', () => {
  it.each([
    ['measurements of devices', 'measuring.yaml', '1'],
    ['sessions of chargers', 'charging.yaml', '2'],
  ])(
    'is refused before it does anything, as the platform has %s; at a time that is free it passes',
    async (words, file, seed) => {
      const run = (scenario: string, ...more: string[]) => place.sim('run', scenario, '--seed', seed, ...more);
      expect((await run(file)).text).toContain('Passed');

      const second = await run('measuring.yaml', '--out', 'second');
      expect(second.text).toContain(`The platform already has ${words}, such as `);
      expect(second.text).not.toContain('Registering');
      expect(second.code).toBe(2);
      const [, free = ''] = /--start (\S+) is free/.exec(second.text) ?? [];
      expect(Date.parse(free)).toBeLessThan(YESTERDAY);

      const third = await run('measuring.yaml', '--start', free);
      expect(third.text).toContain('Passed');
      expect(third.code).toBe(0);
    },
  );
});

describe('A run after one that could not end what it had begun', () => {
  it("passes: the alarms that it left are nobody else's business", async () => {
    const smoke = place.start('run', 'smoke.yaml', '--seed', '3');
    const causes = async () =>
      (await polisgrid.admin.items<{ cause: string }>('/v1/alarms?active=true')).map(({ cause }) => cause);
    await eventually(causes, (all) => all.includes('device-event'));
    smoke.signal('SIGKILL');
    await smoke.ended;

    const start = ['--start', isoTime(YESTERDAY - 7 * DAY)];
    const { code, text } = await place.sim('run', 'measuring.yaml', '--seed', '3', ...start);
    expect(text).toContain('Passed');
    expect(code).toBe(0);
    expect(await causes()).toContain('device-event');
    const verified = await place.sim('verify', 'runs/measuring-3');
    expect(verified.text).toContain('The platform says of it all what was true.');
  });
});
