import { HOUR, MINUTE } from '#estate/units.ts';
import { describe, expect, it } from 'vitest';
import { fieldDeviceId } from '../estate/plan.ts';
import { createSiteField, siteState, type SiteReadings } from './field.ts';
import type { Phases } from './moment.ts';
import { fullSite, idOf, liveSite, NO_CARS } from './specimens.ts';

const MORNING = '2026-05-12T05:00:00Z';
const PHASES = ['WL1', 'WL2', 'WL3'] as const;

const flow = (readings: SiteReadings, type: Parameters<typeof idOf>[0], metric: string) =>
  readings[idOf(type)]?.[metric] ?? NaN;

describe('the meters of a site', () => {
  it('close the balance on each phase to 0.1 W, at any time of the day', () => {
    const site = liveSite({ from: MORNING, everyS: 97 });
    let seen = 0;
    for (let hour = 0; hour < 24; hour++) {
      const chargingW: Phases = [7360 * (hour % 3), 3680.4321 * (hour % 2), 1234.56789];
      site.live(3600, {
        chargingW,
        each(readings) {
          seen += 1;
          for (const [n, phase] of PHASES.entries()) {
            const open =
              flow(readings, 'building-meter', phase) +
              (chargingW[n] ?? 0) -
              flow(readings, 'pv-inverter', phase) -
              flow(readings, 'battery', phase) -
              flow(readings, 'grid-meter', phase);
            expect(Math.abs(open)).toBeLessThan(0.1);
          }
          for (const type of ['grid-meter', 'building-meter', 'pv-inverter', 'battery'] as const) {
            const phases = PHASES.reduce((sum, phase) => sum + flow(readings, type, phase), 0);
            expect(Math.abs(phases - flow(readings, type, 'W'))).toBeLessThan(0.05);
          }
        },
      });
    }
    expect(seen).toBeGreaterThan(850);
  });

  it.each([60, 900])(
    'count what flowed, read each %i s: building + cars = import − export + plant + battery',
    (everyS) => {
      const site = liveSite({ from: MORNING, everyS });
      site.live(everyS);
      const registers = () => ({
        net: (site.shown('grid-meter')['TotWhImp'] ?? 0) - (site.shown('grid-meter')['TotWhExp'] ?? 0),
        building: site.shown('building-meter')['TotWhImp'] ?? 0,
        pv: site.shown('pv-inverter')['TotWhInj'] ?? 0,
        battery: (site.shown('battery')['TotWhInj'] ?? 0) - (site.shown('battery')['TotWhAbs'] ?? 0),
      });
      const before = registers();
      site.live(24 * 3600, { chargingW: [3000, 3000, 3000] });
      const after = registers();
      const rose = (of: keyof typeof before) => after[of] - before[of];
      expect(rose('pv')).toBeGreaterThan(50_000);
      const open = rose('building') + 24 * 9000 - rose('pv') - rose('battery') - rose('net');
      // Six registers of whole watt-hours.
      expect(Math.abs(open)).toBeLessThan(6);
    },
  );

  it.each([60, 300, 900])('count about the same when they are read each %i s', (everyS) => {
    const often = liveSite({ from: MORNING, everyS: 30 });
    const seldom = liveSite({ from: MORNING, everyS });
    for (const site of [often, seldom]) {
      site.live(everyS);
      site.live(86_400);
    }
    const rise = (site: typeof often, type: Parameters<typeof idOf>[0], metric: string) =>
      site.shown(type)[metric] ?? 0;
    const start = liveSite({ from: MORNING });
    start.live(60);
    for (const [type, metric] of [
      ['building-meter', 'TotWhImp'],
      ['pv-inverter', 'TotWhInj'],
    ] as const) {
      const [one, other] = [often, seldom].map((site) => rise(site, type, metric) - rise(start, type, metric));
      expect(Math.abs((one ?? 0) - (other ?? 0)) / (one ?? 1)).toBeLessThan(0.03);
    }
  });
});

describe('what the devices of a site show', () => {
  it('is the same for the same seed, and another for another', () => {
    const day = (seed: string) => {
      const told: SiteReadings[] = [];
      liveSite({ from: MORNING, everyS: 300, seed }).live(86_400, { each: (readings) => told.push(readings) });
      return told;
    };
    expect(day('one')).toEqual(day('one'));
    expect(day('two')).not.toEqual(day('one'));
  });

  it('is counted alike however often it is read', () => {
    const counts = (everyS: number) => {
      const site = liveSite({ from: MORNING, everyS });
      site.live(86_400);
      return [
        site.shown('atm')['Uses'],
        site.shown('kiosk')['Uses'],
        site.shown('occupancy')['TotIn'],
        site.shown('opening-contact')['Openings'],
        site.shown('parcel-locker')['Out'],
        site.shown('water-meter')['TotVol'],
      ];
    };
    expect(counts(60)).toEqual(counts(900));
  });

  it('stays within what was announced, over a year', async () => {
    const { kindOf } = await import('../devices/list.ts');
    const plan = fullSite();
    const site = liveSite({ from: '2026-01-01T00:00:00Z', everyS: 3600 });
    const wrong = new Set<string>();
    site.live(365 * 86_400, {
      each(readings) {
        for (const { id, type } of plan.devices) {
          const values = readings[id] ?? {};
          const { metrics } = kindOf(type);
          if (Object.keys(values).join() !== Object.keys(metrics).join()) wrong.add(`${type} shows other metrics`);
          for (const [metric, value] of Object.entries(values)) {
            const { min = -Infinity, max = Infinity, codes } = metrics[metric] ?? {};
            if (!(value >= min && value <= max) || (codes && !codes.includes(value))) wrong.add(`${type} ${metric}`);
          }
        }
      },
    });
    expect([...wrong]).toEqual([]);
  });

  it('is read less often where it changes slowly', () => {
    const plan = fullSite();
    const now = Date.parse(MORNING);
    const field = createSiteField(plan, { seed: 'seed', now });
    const read = (afterMs: number) => Object.keys(field.read(now + afterMs, NO_CARS, MINUTE));
    expect(read(0)).toHaveLength(plan.devices.length - 1);
    expect(read(10_000)).toContain(idOf('grid-meter'));
    expect(read(20_000)).not.toContain(idOf('atm'));
    expect(read(60_000)).toContain(idOf('atm'));
  });
});

describe('the state of a site', () => {
  it('is plain JSON from which it goes on as if nothing had been', () => {
    const whole = liveSite({ from: MORNING });
    whole.live(12 * 3600);
    const first = liveSite({ from: MORNING });
    first.live(6 * 3600);
    first.set('thermostat', { TmpSet: 23 }, 12 * 3600);
    first.condition('leak-detector', 'leak');
    const saved = siteState.parse(JSON.parse(JSON.stringify(first.field.state)));
    const second = createSiteField(fullSite(), { seed: 'seed', now: first.now, saved });
    let readings: SiteReadings = {};
    for (let n = 1; n <= 360; n++) readings = second.read(first.now + n * MINUTE, NO_CARS, 0);
    expect(readings[idOf('pv-inverter')]).toEqual(whole.shown('pv-inverter'));
    expect(readings[idOf('thermostat')]?.['TmpSet']).toBe(23);
    // What was forced from outside is over, and that is told, after it was told that it stood.
    expect(second.news().map(({ device, active }) => [device, active])).toEqual([
      [idOf('leak-detector'), true],
      [idOf('leak-detector'), false],
    ]);
  });

  it.each([
    ['has fewer chargers than it had', 90_000],
    ['was saved before cars were counted', null],
  ])('goes on from where the registers were, when the fleet %s', (_, chargedWh) => {
    const now = Date.parse(MORNING);
    const first = createSiteField(fullSite(), { seed: 'seed', now });
    const atGrid = (readings: SiteReadings) =>
      flow(readings, 'grid-meter', 'TotWhImp') - flow(readings, 'grid-meter', 'TotWhExp');
    const before = atGrid(first.read(now + MINUTE, NO_CARS));
    const saved = { ...structuredClone(first.state), chargedWh };
    const second = createSiteField(fullSite(), { seed: 'seed', now, saved });
    const after = atGrid(second.read(now + 2 * MINUTE, { ...NO_CARS, energyWh: 50_000 }));
    expect(Math.abs(after - before)).toBeLessThan(100);
  });

  it('of a device that is not understood begins anew', () => {
    const now = Date.parse(MORNING);
    const { state } = createSiteField(fullSite(), { seed: 'seed', now });
    const saved = { ...structuredClone(state), devices: { [idOf('battery')]: { charge: 3 } } };
    const field = createSiteField(fullSite(), { seed: 'seed', now, saved });
    expect(field.read(now + MINUTE, NO_CARS)[fieldDeviceId('full', 'battery')]?.['SoC']).toBeCloseTo(50, -1);
  });

  it('does not count an absence of more than an hour', () => {
    const site = liveSite({ from: MORNING });
    site.live(3600);
    const before = site.shown('building-meter')['TotWhImp'] ?? 0;
    const later = site.field.read(site.now + 30 * HOUR, NO_CARS);
    expect((later[idOf('building-meter')]?.['TotWhImp'] ?? 0) - before).toBeLessThan(10_000);
  });
});
