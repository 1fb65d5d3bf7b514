import { describe, expect, it } from 'vitest';
import { DAY, isoTime } from '#estate/units.ts';
import { FAULTS } from '#simulators/index.ts';
import { createRunPlace } from '../platform/run-place.ts';

/** What some need to be told. */
const PARAMETERS: Record<string, string> = {
  'device-condition': ', type: leak-detector, code: leak',
};

/** One fault after the other, each for some seconds. */
const EVERY_FAULT = `
title: Every fault once
estate: { sites: 5 }
fleet: { plugged: 0.6, meterValues: 5s, readings: 5s }
start: ${isoTime(Date.now() - DAY)}
speed: 40
stages:
${FAULTS.map(
  ({ name }) => `  - name: ${name}
    for: 30s
    faults: [{ fault: ${name}, after: 5s, for: 15s${PARAMETERS[name] ?? ''} }]
`,
).join('')}
  - name: after
    for: 5m
    expect: { connected: '= 100 %', calls.lost: '= 0' }
expect:
  differences: '= 0'
  queued: '= 0'
`;

interface Report {
  failure: string | null;
  faults: { stage: string; toS: number | null }[];
  errors: { text: string }[];
}

describe('A run in which every fault of the list befalls everyone once', () => {
  it('begins and ends each, comes to its end, and the platform has it all', async () => {
    await using place = await createRunPlace();
    await place.write('faults.yaml', EVERY_FAULT);
    const { code, text } = await place.sim('run', 'faults.yaml', '--own');
    const report = JSON.parse(await place.read('runs/faults-1/report.json')) as Report;
    expect(report.failure).toBeNull();
    expect(report.faults.map(({ stage }) => stage)).toEqual(FAULTS.map(({ name }) => name));
    expect(report.faults.filter(({ toS }) => toS === null)).toEqual([]);
    expect(report.errors.filter((each) => each.text.startsWith('A stranger'))).toEqual([]);
    expect(text).toContain('Passed: All 4 expectations held');
    expect(code).toBe(0);
    expect(await place.leftovers()).toEqual([]);
  });
});
