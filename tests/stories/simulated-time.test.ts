import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startProcess } from '../platform/process.ts';
import { createRunPlace, type RunPlace } from '../platform/run-place.ts';

const START = Date.UTC(2026, 0, 15, 5, 30);

/** Three minutes of a winter morning in which every EVSE is taken. */
const CROWDED = `
estate: { sites: 4, grid: as-built }
fleet: { drivers: false, plugged: 1, readings: 10s, manners: plain }
start: now
step: 5s
stages:
  - { name: crowded, for: 3m }
expect:
  connected: '= 100 %'
  differences: '= 0'
  overloads: '= 0 min'
`;

let place: RunPlace;
beforeAll(async () => {
  place = await createRunPlace();
  await place.write('crowded.yaml', CROWDED);
});
afterAll(() => place[Symbol.asyncDispose]());

describe('An instance in simulated time', () => {
  it('says when it lives, and a run that joins it there has its power shared by what meters show', async () => {
    const flags = ['--simulated-time', '2026-01-15T05:30:00Z x10'];
    await using instance = await startProcess({ data: join(place.path, 'data'), flags });
    expect(instance.printed()).toContain('time       simulated, from 2026-01-15T05:30:00.000Z, 10 times as fast');
    const before = await instance.anyone.read<{ now: string; speed: number; synthetic: boolean }>('/v1/info');
    expect(before).toMatchObject({ speed: 10, synthetic: false });
    expect(Date.parse(before.now) - START).toBeGreaterThanOrEqual(0);
    expect(Date.parse(before.now) - START).toBeLessThan(30 * 60_000);

    const elsewhen = await place.sim('run', 'crowded.yaml', '--start', '2026-01-15T06:00:00Z');
    expect(elsewhen.text).toMatch(/has a time of its own, in which it is 2026-01-15T.*; leave out --start/);
    expect(elsewhen.code).toBe(2);

    const run = place.start('run', 'crowded.yaml', '--speed', '100');
    await run.says('Stage 1 of 1');
    const bases = new Set<string>();
    let isOver = false;
    const ended = run.ended.finally(() => (isOver = true));
    while (!isOver && bases.size < 4) {
      for (const { id } of await instance.admin.items<{ id: string }>('/v1/sites')) {
        const { body } = await instance.admin.get(`/v1/sites/${id}/decision`);
        if (JSON.stringify(body).includes('"basis":"measured"')) bases.add(id);
      }
    }
    expect(bases.size).toBe(4);
    const { code, text } = await ended;
    expect(text).toContain('Passed: All 3 expectations held');
    expect(text).toContain('10 times as fast as real time');
    expect(code).toBe(0);
    const { simulated, figures } = JSON.parse(await place.read('runs/crowded-1/report.json')) as {
      simulated: { from: string };
      figures: { energy: number };
    };
    expect(Date.parse(simulated.from)).toBeGreaterThanOrEqual(Date.parse(before.now));
    expect(figures.energy).toBeGreaterThan(1);
  });

  it('is what a run starts for itself where connections limit', async () => {
    const { code, text } = await place.sim(
      'run',
      'crowded.yaml',
      '--own',
      '--speed',
      '30',
      '--start',
      '2026-01-15T05:30:00Z',
    );
    expect(text).toMatch(/Simulated +15 Jan 2026, 06:[345]\d/);
    const { simulated } = JSON.parse(await place.read('runs/crowded-1/report.json')) as {
      simulated: { asked: string };
    };
    expect(simulated.asked).toBe('2026-01-15T05:30:00.000Z');
    expect(text).toMatch(/it\s+was\s+to\s+begin\s+at\s+15\s+Jan\s+2026,\s+06:30:00,/);
    expect(text).toContain('Passed: All 3 expectations held');
    expect(code).toBe(0);
  });
});
