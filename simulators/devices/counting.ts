import { HOUR, type Millis } from '#estate/units.ts';
import { draw, noise, stream, type Stream } from '../physics/noise.ts';
import { type Flow, type Moment, tenth, total } from '../site/moment.ts';

/** Energy of a span over which power went evenly from one value to another, Wh. */
export function energyOf(fromW: number, toW: number, spanMs: number): number {
  return (((fromW + toW) / 2) * spanMs) / HOUR;
}

/** What flowed at the site in the span of a moment, Wh. All that meters it counts this, so that a site's meters agree. */
export function energyOver({ before, power, spanMs }: Moment, flow: Flow): number {
  return energyOf(before[flow], total(power[flow]), spanMs);
}

/** A whole number out of a range, always the same for the same stream and name. */
export function drawnInt(chance: Stream, name: string, [least, most]: readonly [number, number]): number {
  return least + Math.floor(draw(stream(name, chance), 0) * (most - least + 1));
}

/** What a register shows when it is put up, Wh. */
export function startWh(chance: Stream, name: string): number {
  return drawnInt(chance, name, [10, 90]) * 1e6;
}

/** A value on its way to another, which it nears by at most so much. */
export function toward(value: number, target: number, most: number): number {
  return value + Math.max(-most, Math.min(most, target - value));
}

/** The phase of the site that a device hangs on. */
export function phaseOf(chance: Stream): number {
  return (chance >>> 0) % 3;
}

const LIFE_MS = 2 * 365 * 24 * HOUR;

/** Charge of a sensor's battery, which is changed every two years, %. */
export function batteryCharge(chance: Stream, now: Millis): number {
  const age = (now / LIFE_MS + draw(stream('put up', chance), 0)) % 1;
  return tenth(100 - 80 * age);
}

/** Strength of a sensor's radio signal, dBm. */
export function radioSignal(chance: Stream, now: Millis): number {
  return tenth(-95 + 40 * draw(stream('far', chance), 0) + 4 * noise(stream('radio', chance), HOUR / 4, now));
}
