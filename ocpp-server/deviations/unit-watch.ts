import { z } from 'zod';
import type { DeviationKind } from '#charging/index.ts';
import { HOUR, type Millis } from '#estate/units.ts';
import { decimal, instant, list, maybe, ordinal, plausible, text } from '../messages/tolerant.ts';

/**
 * Finds energy that is labelled with the wrong unit, by its size: a charger that says kWh and means Wh would have
 * delivered more than any cable carries, one that says Wh and means kWh a thousandth of what its power says. It is only
 * told; the ledger guesses nothing.
 */
export interface UnitWatch {
  /** Looks at a call of the charger; returns what is doubtful in it. */
  look(payload: unknown, receivedAt: Millis): Extract<DeviationKind, 'wh-labelled-kwh' | 'kwh-labelled-wh'> | null;
}

interface Register {
  at: Millis;
  value: number;
  isKwh: boolean;
  powerW: number | null;
}

const sample = z.object({
  value: decimal,
  measurand: maybe(text),
  phase: maybe(text),
  unit: maybe(text),
  unitOfMeasure: maybe(z.object({ unit: maybe(text) })),
});
const meterValues = list(z.object({ timestamp: maybe(instant), sampledValue: list(sample) }));
const metered = z.object({
  connectorId: maybe(ordinal),
  evseId: maybe(ordinal),
  evse: maybe(z.object({ id: ordinal })),
  timestamp: maybe(instant),
  meterStart: maybe(decimal),
  meterValue: meterValues,
});

const REGISTER = 'Energy.Active.Import.Register';
/** What a CCS inlet takes at most, 500 A at 1,000 V (IEC 62196-3), W; and the fill of the largest car battery, Wh. */
const MOST_POWER_W = 500_000;
const BATTERY_WH = 250_000;
/** The first calls of a connection are looked at, then one in so many: a wrong unit is always wrong. */
const LOOKED_AT_FIRST = 16;
const ONE_IN = 16;
/** A meter that began near 0 proves nothing, Wh. */
const NEAR_ZERO_WH = 100;
const MOST_PLACES = 32;

export function createUnitWatch(): UnitWatch {
  const last = new Map<number, Register>();
  let calls = 0;
  return {
    look(payload, receivedAt) {
      calls += 1;
      if (calls > LOOKED_AT_FIRST && calls % ONE_IN !== 0) return null;
      const read = metered.safeParse(payload);
      if (!read.success) return null;
      const place = read.data.connectorId ?? read.data.evseId ?? read.data.evse?.id ?? 0;
      let doubt: ReturnType<UnitWatch['look']> = null;
      for (const register of registersIn(read.data, receivedAt)) {
        const before = last.get(place);
        if (before) doubt ??= doubtOf(before, register);
        if (before || last.size < MOST_PLACES) last.set(place, register);
      }
      return doubt;
    },
  };
}

function registersIn(message: z.output<typeof metered>, receivedAt: Millis): Register[] {
  const { timestamp, meterStart, meterValue } = message;
  const began = { at: plausible(timestamp, receivedAt), isKwh: false, powerW: null };
  return [
    ...(meterStart === undefined ? [] : [{ ...began, value: meterStart }]),
    ...meterValue.flatMap(({ timestamp: at, sampledValue }): Register[] => {
      const whole = sampledValue.filter(({ phase }) => phase === undefined);
      const energy = whole.find(({ measurand = REGISTER }) => measurand === REGISTER);
      if (!energy) return [];
      const power = whole.find(({ measurand }) => measurand === 'Power.Active.Import');
      const powerW = power ? power.value * (unitOf(power) === 'kw' ? 1_000 : 1) : null;
      return [{ at: plausible(at, receivedAt), value: energy.value, isKwh: unitOf(energy) === 'kwh', powerW }];
    }),
  ];
}

function unitOf({ unit, unitOfMeasure }: z.output<typeof sample>): string {
  return (unit ?? unitOfMeasure?.unit ?? '').toLowerCase();
}

function doubtOf(before: Register, now: Register): ReturnType<UnitWatch['look']> {
  const hours = Math.max(0, now.at - before.at) / HOUR;
  const mostWh = MOST_POWER_W * hours + BATTERY_WH;
  const rise = now.value - before.value;
  if (now.isKwh) {
    const labelledWh = now.value * 1_000 - before.value * (before.isKwh ? 1_000 : 1);
    return labelledWh > mostWh && rise >= 0 && rise <= mostWh ? 'wh-labelled-kwh' : null;
  }
  if (before.isKwh) return null;
  const factor = before.value / now.value;
  if (before.value > NEAR_ZERO_WH && factor > 990 && factor < 1_010) return 'kwh-labelled-wh';
  const drawnWh = (now.powerW ?? 0) * hours;
  const isThousandth =
    rise > 0 && drawnWh > 2 * NEAR_ZERO_WH && rise * 1_000 > drawnWh / 4 && rise * 1_000 < drawnWh * 4;
  return isThousandth ? 'kwh-labelled-wh' : null;
}
