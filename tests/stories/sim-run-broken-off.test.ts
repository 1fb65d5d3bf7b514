import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DAY, isoTime } from '#estate/units.ts';
import { eventually } from '../platform/http.ts';
import { startProcess } from '../platform/process.ts';
import { childrenOf, createRunPlace, isAtWork, type RunPlace } from '../platform/run-place.ts';

/** Half an hour in real time, if nobody ends it. */
const LONG = `
title: A long run
variables: { sites: 5, speed: 20, for: 10h }
estate: { sites: '\${sites}' }
fleet: { plugged: 0.6, meterValues: 20s, readings: 20s }
start: ${isoTime(Date.now() - DAY)}
speed: '\${speed}'
drain: 3s
stages:
  - name: working
    for: '\${for}'
    faults:
      - { fault: latency, delay: 20ms }
expect:
  differences: '= 0'
`;
/** Far less than that, though a busy machine takes its time. */
const GOODBYE_MS = 20_000;

let place: RunPlace;
beforeAll(async () => {
  place = await createRunPlace();
  await place.write('long.yaml', LONG);
});
afterAll(() => place[Symbol.asyncDispose]());

const aWhile = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** Starts `sim run long.yaml --own …`, and presses Ctrl-C twice a moment after it said something. */
async function stoppedAt(words: string, { after, options = [] }: { after: number; options?: string[] }) {
  const run = place.start('run', 'long.yaml', '--own', ...options);
  await run.says(words);
  await aWhile(after);
  const instances = await eventually(
    () => childrenOf(run.pid),
    (pids) => pids.length === 1,
  );
  const sinceMs = performance.now();
  run.signal('SIGINT');
  await aWhile(100);
  run.signal('SIGINT');
  const { code, text } = await run.ended;
  return { code, text, tookMs: performance.now() - sinceMs, left: instances.filter(isAtWork) };
}

describe('Ctrl-C', () => {
  it('ends a run in the middle of a stage at once, with reports of what ran, and no process stays', async () => {
    const { code, text, tookMs, left } = await stoppedAt('Stage 1 of 1', { after: 1_500 });
    expect(code).toBe(130);
    expect(tookMs).toBeLessThan(GOODBYE_MS);
    expect(left).toEqual([]);
    expect(text).toContain('Stopped: The run was stopped before its end');
    expect(await place.read('runs/long-1/report.html')).toContain('Stopped');
    const report = JSON.parse(await place.read('runs/long-1/report.json')) as { figures: { calls: number } };
    expect(report).toMatchObject({ interrupted: true, passed: false, failure: null, verification: null });
    expect(report).toMatchObject({ stages: [{ name: 'connect' }, { name: 'working' }], faults: [{ peers: 17 }] });
    expect(report.figures.calls).toBeGreaterThan(20);
    expect(await place.leftovers()).toEqual([]);
  });

  it.each([
    ['while sites are registered', 'Registering', ['--set', 'sites=2000']],
    ['while its instance starts', 'Starting an instance', []],
  ])('ends it at once %s, with a word', async (_, words, options) => {
    const { code, text, tookMs, left } = await stoppedAt(words, { after: 50, options: [...options, '--out', 'early'] });
    expect(code).toBe(130);
    expect(tookMs).toBeLessThan(GOODBYE_MS);
    expect(left).toEqual([]);
    expect(text).toMatch(/was stopped before/);
    expect(await place.leftovers()).toEqual([]);
  });
});

describe('Ctrl-C while the platform answers nothing any more', () => {
  it('ends a run at once, with reports, though strangers wait for an answer and chargers for a goodbye', async () => {
    await place.write('strangers.yaml', LONG.replace('latency, delay: 20ms', 'hostile, pause: 0s'));
    await using instance = await startProcess({ data: join(place.path, 'data'), flags: ['--demo', 'off'] });
    const run = place.start('run', 'strangers.yaml', '--seed', 'stuck');
    await run.says('Stage 1 of 1');
    process.kill(instance.pid, 'SIGSTOP');
    await aWhile(500);
    const sinceMs = performance.now();
    run.signal('SIGINT');
    const { code, text } = await run.ended;
    const tookMs = performance.now() - sinceMs;
    await instance.kill();
    expect(text).toContain('Stopped: The run was stopped before its end');
    expect(code).toBe(130);
    expect(tookMs).toBeLessThan(GOODBYE_MS);
    expect(await place.has('runs/strangers-stuck/report.json')).toBe(true);
  });
});

describe('A run that is killed', () => {
  it.each([
    ['in the middle of a stage', 'Stage 1 of 1'],
    ['while its instance starts', 'Starting an instance'],
  ])('leaves no process and no folder %s', async (_, words) => {
    const run = place.start('run', 'long.yaml', '--own', '--out', 'killed');
    await run.says(words);
    const instances = await eventually(
      () => childrenOf(run.pid),
      (pids) => pids.length === 1,
    );
    run.signal('SIGKILL');
    await run.ended;
    const left = async () => [...instances.filter(isAtWork), ...(await place.leftovers())];
    expect(await eventually(left, ({ length }) => length === 0)).toEqual([]);
  });
});

describe('An instance that dies in the middle of a run', () => {
  it('fails the run, which says so, waits no longer than it may, and leaves its reports', async () => {
    const data = join(place.path, 'data');
    const instance = await startProcess({ data, flags: ['--demo', 'off'] });
    const run = place.start('run', 'long.yaml', '--set', 'for=2m', '--out', 'died');
    await run.says('Stage 1 of 1');
    await aWhile(2_000);
    await instance.kill();
    const { code, text } = await run.ended;
    expect(code).toBe(1);
    expect(text).toMatch(/Failed: The run broke off: Nothing answers at http:\/\/127\.0\.0\.1:\d+ \(.*ECONNREFUSED/);
    const report = JSON.parse(await place.read('died/report.json')) as { figures: Record<string, number> };
    expect(report).toMatchObject({ passed: false, interrupted: false, verification: null });
    expect(report.figures).toMatchObject({ connected: 0 });
    expect(report.figures['handshakes.failed']).toBeGreaterThan(0);
    expect(await place.read('died/junit.xml')).toContain('The run broke off');
    expect(await place.has('died/truth.json')).toBe(true);
  });
});
