import { handClock } from '#estate/clock.ts';
import { silentLog } from '#estate/log.ts';
import { seededRandom } from '#estate/random.ts';
import { HOUR, type Millis, MINUTE, SECOND } from '#estate/units.ts';
import { describe, expect, it } from 'vitest';
import type { FieldDeviceType } from '../estate/plan.ts';
import { deafProbe } from '../probe.ts';
import { createSlots } from '../slots.ts';
import { createSiteField } from './field.ts';
import type { Charging } from './moment.ts';
import { createSite } from './site.ts';
import { fullSite, idOf } from './specimens.ts';

const FROM = Date.UTC(2026, 5, 20, 4);
const TICK_MS = 15 * SECOND;

/** A car of 22 kW comes once an hour, each time at another second of the minute, and stays for nearly ten minutes. */
function cars(now: Millis): Charging {
  const stayMs = 9 * MINUTE + 41 * SECOND;
  const hours = Math.floor((now - FROM) / HOUR);
  const hereMs = ((now - FROM) % HOUR) - MINUTE - hours * 17 * SECOND;
  const chargedMs = hours * stayMs + Math.max(0, Math.min(stayMs, hereMs));
  const phaseW = hereMs >= 0 && hereMs < stayMs ? 22_000 / 3 : 0;
  return { powerW: [phaseW, phaseW, phaseW], energyWh: (22_000 * chargedMs) / HOUR };
}

const CARS_WH = cars(FROM + 16 * HOUR).energyWh;

/** What the registers of a site rise by in 16 hours, Wh. */
function risesIn16Hours({ periodMs }: { periodMs: number }) {
  const plan = fullSite();
  const field = createSiteField(plan, { seed: 'seed', now: FROM });
  const ground = { clock: handClock(FROM), random: seededRandom(1), log: silentLog };
  const site = createSite(
    { field, wires: () => ({ ground, slots: createSlots(1), probe: deafProbe }) },
    { plan, url: () => '', secret: () => '', root: 'estate/v1', hostId: 'main', periodMs, charging: cars },
  );
  const registersAt = (now: Millis) => {
    const readings = field.read(now, cars(now));
    const shown = (type: FieldDeviceType, metric: string) => readings[idOf(type)]?.[metric] ?? NaN;
    return {
      imported: shown('grid-meter', 'TotWhImp'),
      exported: shown('grid-meter', 'TotWhExp'),
      building: shown('building-meter', 'TotWhImp'),
      pv: shown('pv-inverter', 'TotWhInj'),
      given: shown('battery', 'TotWhInj'),
      taken: shown('battery', 'TotWhAbs'),
    };
  };
  const until = FROM + 16 * HOUR;
  const before = registersAt(FROM);
  for (let now = FROM; now <= until; now += TICK_MS) site.tick(now);
  const after = registersAt(until);
  return {
    imported: after.imported - before.imported,
    exported: after.exported - before.exported,
    building: after.building - before.building,
    pv: after.pv - before.pv,
    given: after.given - before.given,
    taken: after.taken - before.taken,
  };
}

describe('the registers of a site', () => {
  it.each([15, 60, 300, 900])(
    'close its balance to their rounding, cars too, when they are read each %i s',
    (everyS) => {
      const rise = risesIn16Hours({ periodMs: everyS * SECOND });
      const supplied = rise.imported - rise.exported + rise.pv + rise.given - rise.taken;
      // Six registers of whole watt-hours.
      expect(Math.abs(supplied - rise.building - CARS_WH)).toBeLessThan(6);
    },
  );

  it('do not depend on how seldom they are read, though a car comes and goes between two readings', () => {
    const [often, each60s, each300s, each900s] = [TICK_MS, MINUTE, 5 * MINUTE, 15 * MINUTE].map((periodMs) =>
      Object.entries(risesIn16Hours({ periodMs })),
    );
    expect(each300s).toEqual(each60s);
    expect(each900s).toEqual(each60s);
    for (const [n, [register, wh]] of often?.entries() ?? [])
      expect(Math.abs((each60s?.[n]?.[1] ?? NaN) - wh), register).toBeLessThan(0.025 * CARS_WH);
  });
});
