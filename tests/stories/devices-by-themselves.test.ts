import { describe, expect, it } from 'vitest';
import { DAY, isoTime } from '#estate/units.ts';
import { createRunPlace } from '../platform/run-place.ts';

const SITES = 4;

/** Some lose the line for longer than it takes to raise alarms; all are back at the end, and tell what they kept. */
const SCENARIO = `
title: Devices with connections of their own
estate: { sites: ${SITES} }
fleet: { connections: devices, plugged: 0.4, readings: 10s, meterValues: 30s }
start: ${isoTime(Date.now() - DAY)}
step: 5s
speed: 60
stages:
  - name: before
    for: 2m
  - name: away
    for: 12m
    faults:
      - { fault: cut, on: { gateways: 40 % }, after: 1m, for: 8m, backWithin: 30s }
      - { fault: device-condition, type: atm, code: cash-out, after: 2m, for: 6m }
      - { fault: duplicate, on: { gateways: 20 % }, times: 2 }
  - name: after
    for: 3m
expect:
  publishes.lost: '= 0'
  queued: '= 0'
  differences: '= 0'
`;

interface Report {
  fleet: { gateways: number; devices: number };
  figures: { gateways: number };
  verification: { checked: { devices: number; points: number; alarms: number } };
}

interface Truth {
  sites: { gateway: string | null; devices: { type: string }[] }[];
}

describe('A run whose devices each have a connection of their own', () => {
  it('ends with the truth on both sides, also of what they kept while they were away', async () => {
    await using place = await createRunPlace();
    await place.write('own.yaml', SCENARIO);
    const { code, text } = await place.sim('run', 'own.yaml', '--own');
    expect(text).toContain('Passed: All 3 expectations held');
    expect(code).toBe(0);

    const { fleet, figures, verification } = JSON.parse(await place.read('runs/own-1/report.json')) as Report;
    expect(fleet.gateways).toBe(0);
    expect(figures.gateways).toBe(fleet.devices);
    expect(text).toContain(`${fleet.devices} devices with connections of their own`);
    expect(verification.checked.devices).toBe(fleet.devices);
    expect(verification.checked.alarms).toBeGreaterThan(2 * fleet.devices);

    const { sites } = JSON.parse(await place.read('runs/own-1/truth.json')) as Truth;
    expect(sites.map(({ gateway }) => gateway)).toEqual(Array.from({ length: SITES }, () => null));
    expect(sites.flatMap(({ devices }) => devices)).toHaveLength(fleet.devices);
  });
});
