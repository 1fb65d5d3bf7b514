import { HOUR, SECOND } from '#estate/units.ts';
import { z } from 'zod';
import { draw, noise, stream, type Stream } from '../physics/noise.ts';
import { addPower, type Moment, tenth } from '../site/moment.ts';
import { batteryCharge, phaseOf, radioSignal } from './counting.ts';
import { deviceKind, type Standing } from './device-kind.ts';
import { batteryPowered, noYes, offOn, power, seconds, settable } from './metrics.ts';

/** Wall hours in which the sockets of a co-working space are on. */
const SOCKETS = { from: 7, to: 21 };
const LUNCH = { from: 12.8, to: 13.6 };
const BOOKED_SHARE = 0.65;
const COMES_SHARE = 0.9;
const HEIGHT_M = { seated: 0.74, standing: 1.1 };

/** A desk of a co-working space: booked for most weekdays, by somebody who comes, eats and goes. */
export const desk = deviceKind({
  type: 'desk',
  isSlow: true,
  metrics: {
    Occ: noYes,
    Booked: noYes,
    OccS: seconds,
    Socket: settable(offOn),
    W: power(0, 4_000),
    Height: { unit: 'm', min: 0.4, max: 1.6 },
    ...batteryPowered,
  },
  state: z.object({ usedS: z.number(), lastW: z.number() }),
  begin: () => ({ usedS: 0, lastW: 0 }),
  advance(state, moment, standing) {
    const isTaken = isOccupied(moment, standing.chance);
    if (isTaken) state.usedS += moment.spanMs / SECOND;
    const laptopW = 35 + 50 * noise(stream('laptop', standing.chance), HOUR, moment.now);
    state.lastW = isTaken && socket(moment, standing) === 1 ? tenth(laptopW) : 0;
    if (state.lastW > 0) addPower(moment.power.building, state.lastW, phaseOf(standing.chance));
  },
  read(state, moment, standing) {
    const { chance } = standing;
    const isTaken = isOccupied(moment, chance);
    const stands = isTaken && draw(stream('stands', chance), Math.floor(moment.now / HOUR)) < 0.3;
    return {
      Occ: isTaken ? 1 : 0,
      Booked: isBooked(moment, chance) && moment.wall.hour >= 8 && moment.wall.hour < 19 ? 1 : 0,
      OccS: Math.floor(state.usedS),
      Socket: socket(moment, standing),
      W: state.lastW,
      Height: stands ? HEIGHT_M.standing : HEIGHT_M.seated,
      Batt: batteryCharge(chance, moment.now),
      RSSI: radioSignal(chance, moment.now),
    };
  },
});

function isBooked({ day, wall }: Moment, chance: Stream): boolean {
  return wall.weekday !== 0 && wall.weekday !== 6 && draw(stream('booked', chance), day) < BOOKED_SHARE;
}

function isOccupied(moment: Moment, chance: Stream): boolean {
  if (!isBooked(moment, chance) || draw(stream('comes', chance), moment.day) > COMES_SHARE) return false;
  const { hour } = moment.wall;
  const comes = 8.3 + 1.8 * draw(stream('from', chance), moment.day);
  const goes = 15.5 + 3.2 * draw(stream('to', chance), moment.day);
  return hour >= comes && hour < goes && (hour < LUNCH.from || hour >= LUNCH.to);
}

function socket({ wall }: Moment, { set }: Standing): number {
  return set['Socket'] ?? (wall.hour >= SOCKETS.from && wall.hour < SOCKETS.to ? 1 : 0);
}
