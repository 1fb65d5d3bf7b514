import { isoTime, MINIMUM_CURRENT_A, NOMINAL_VOLTAGE_V } from '#estate/units.ts';
import { type Car, EFFICIENCY } from '../car.ts';
import { compositeOf } from './composite.ts';
import type { Controls } from './dialect.ts';
import type { Outlet } from './outlet.ts';

/** What a car tells its charger over the cable (ISO 15118), and the charger its central system. */

const DC_VOLTAGE_V = 400;
const CAR_LOOKS_AHEAD_S = 3_600;

/** A car says what it needs when its session has begun (OCPP 2.0.1 K15). */
export function tellNeeds(controls: Controls, outlet: Outlet): void {
  const { charger } = controls;
  const { car } = outlet;
  if (!car?.iso15118 || charger.plan.protocol !== 'ocpp2.0.1') return;
  const { departsAt } = car.iso15118;
  const chargingNeeds = {
    ...(charger.plan.dc ? dcNeeds(car) : acNeeds(car)),
    ...(departsAt === null ? {} : { departureTime: isoTime(departsAt) }),
  };
  void controls.send({ action: 'NotifyEVChargingNeeds', payload: { evseId: outlet.evse, chargingNeeds } });
}

/** It tells how it will make use of what it is offered (K16). */
export function tellCarSchedule(controls: Controls, evse: number): void {
  const { charger } = controls;
  const car = charger.outlets.find((each) => each.evse === evse)?.car;
  if (!car?.iso15118) return;
  const offered = compositeOf(charger, { evse, durationS: CAR_LOOKS_AHEAD_S, unit: 'A' }, controls.now());
  const chargingSchedule = {
    id: 1,
    duration: CAR_LOOKS_AHEAD_S,
    chargingRateUnit: 'A',
    chargingSchedulePeriod: offered.periods.map(({ startS, limit }) => ({
      startPeriod: startS,
      limit: charger.plan.dc ? limit : Math.min(limit, car.maxA),
    })),
  };
  const payload = { timeBase: isoTime(offered.startsAt), evseId: evse, chargingSchedule };
  void controls.send({ action: 'NotifyEVChargingSchedule', payload });
}

function acNeeds(car: Car) {
  return {
    requestedEnergyTransfer: car.phases === 1 ? 'AC_single_phase' : 'AC_three_phase',
    acChargingParameters: {
      energyAmount: neededWh(car, EFFICIENCY.ac),
      evMinCurrent: MINIMUM_CURRENT_A,
      evMaxCurrent: car.maxA,
      evMaxVoltage: NOMINAL_VOLTAGE_V,
    },
  };
}

function dcNeeds(car: Car) {
  return {
    requestedEnergyTransfer: 'DC',
    dcChargingParameters: {
      energyAmount: neededWh(car, EFFICIENCY.dc),
      evMaxCurrent: Math.round(car.dcMaxW / DC_VOLTAGE_V),
      evMaxVoltage: DC_VOLTAGE_V,
      evMaxPower: car.dcMaxW,
      stateOfCharge: Math.round(car.soc * 100),
    },
  };
}

function neededWh({ untilSoc, soc, capacityWh }: Car, efficiency: number): number {
  return Math.round((Math.max(0, untilSoc - soc) * capacityWh) / efficiency);
}
