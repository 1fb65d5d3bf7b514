import { HOUR, MINUTE } from '#estate/units.ts';
import { z } from 'zod';
import { countAt, draw, stream } from '../physics/noise.ts';
import { addPower, type Moment, type Slot } from '../site/moment.ts';
import { drawnInt, phaseOf } from './counting.ts';
import { deviceKind, type Standing } from './device-kind.ts';
import { broken, cabinetTemperature, MODE, tamper } from './machine.ts';
import { attended, noYes } from './metrics.ts';

const boxesMetric = { unit: '{boxes}', min: 0, max: 2_000 };
const parcels = { unit: '{parcels}', min: 0 };
/** The carrier comes in this slot of the day, and brings for a share of the boxes. */
const CARRIER_HOUR = 10;
const BROUGHT_SHARE = 0.35;
/** Of what lies there, so much is fetched in a slot of the day. */
const FETCHED_SHARE = 0.006;
const POWER_W = 45;

/** A parcel locker before the office: a carrier fills it in the morning, people empty it all day. */
export const parcelLocker = deviceKind({
  type: 'parcel-locker',
  isSlow: true,
  metrics: {
    ...attended,
    Boxes: boxesMetric,
    Free: boxesMetric,
    Faulty: boxesMetric,
    DoorsOpen: boxesMetric,
    In: parcels,
    Out: parcels,
    OnBattery: noYes,
  },
  conditions: [
    broken('A box does not open.', 2),
    tamper,
    {
      code: 'power-lost',
      severity: 600,
      text: 'The power is gone; it runs on its battery.',
      aYear: 1,
      lastsMs: [10 * MINUTE, 2 * HOUR],
    },
  ],
  state: z.object({ brought: z.number(), fetched: z.number(), lastFetched: z.number() }),
  begin: () => ({ brought: 0, fetched: 0, lastFetched: 0 }),
  advance(state, { slots, power }, standing) {
    for (const slot of slots) {
      const inside = state.brought - state.fetched;
      const chance = draw(stream('parcels', standing.chance), slot.index);
      const free = boxesOf(standing) - faultyOf(standing) - inside;
      state.brought += Math.max(0, Math.min(free, countAt(usuallyBrought(slot, boxesOf(standing)), chance)));
      state.lastFetched = isDay(slot) ? Math.min(inside, countAt(inside * FETCHED_SHARE, chance)) : 0;
      state.fetched += state.lastFetched;
    }
    if (!isOnBattery(standing)) addPower(power.building, POWER_W, phaseOf(standing.chance));
  },
  read(state, moment, standing) {
    const { chance, conditions } = standing;
    const faulty = faultyOf(standing);
    const powerW = isOnBattery(standing) ? 0 : POWER_W;
    return {
      Mode: modeOf(conditions),
      Fault: faulty,
      Tamper: conditions.includes('tamper') ? 1 : 0,
      W: powerW,
      TmpCab: cabinetTemperature(chance, { now: moment.now, aroundC: moment.sky.air.temperatureC, powerW }),
      Boxes: boxesOf(standing),
      Free: boxesOf(standing) - faulty - (state.brought - state.fetched),
      Faulty: faulty,
      DoorsOpen: isBusy(moment, state.lastFetched) ? 1 : 0,
      In: state.brought,
      Out: state.fetched,
      OnBattery: isOnBattery(standing) ? 1 : 0,
    };
  },
});

const isDay = ({ wall }: Slot) => wall.hour >= 7 && wall.hour < 22;
const isOnBattery = ({ conditions }: Standing) => conditions.includes('power-lost');
const boxesOf = ({ chance }: Standing) => 4 * drawnInt(chance, 'boxes', [5, 16]);
const faultyOf = ({ conditions }: Standing) => (conditions.includes('machine-fault') ? 1 : 0);
/** A door stands open in the minute after a parcel was fetched. */
const isBusy = ({ now }: Moment, lastFetched: number) => lastFetched > 0 && now % (5 * MINUTE) < MINUTE;

function usuallyBrought({ wall }: Slot, boxes: number): number {
  const isThere = wall.weekday !== 0 && wall.hour >= CARRIER_HOUR && wall.hour < CARRIER_HOUR + 5 / 60;
  return isThere ? boxes * BROUGHT_SHARE : 0;
}

function modeOf(conditions: readonly string[]): number {
  if (conditions.includes('tamper')) return MODE.outOfService;
  return conditions.length > 0 ? MODE.reduced : MODE.inService;
}
