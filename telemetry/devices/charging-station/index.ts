import { CHARGING_STATION } from '#estate/device.ts';
import { activePower, energyRegister } from '../../metrics/energy.ts';
import type { DeviceType } from '../device-type.ts';

/** An EVSE of a charger. Chargers speak OCPP, so its readings come from there and from nowhere else. */
export const chargingStation: DeviceType = {
  type: CHARGING_STATION,
  title: 'Charging station',
  from: 'platform',
  metrics: {
    W: { ...activePower, title: 'Power into the car', min: -1e6, max: 1e6, period: 300 },
    TotWhImp: { ...energyRegister, title: 'Energy register', period: 300 },
    A: { title: 'Mean current of a phase', unit: 'A', min: -2_000, max: 2_000, period: 300, brick: 'Current_Sensor' },
    V: { title: 'Voltage', unit: 'V', min: 0, max: 2_000, period: 300, brick: 'Voltage_Sensor' },
    SoC: { title: "State of the car's charge", unit: '%', min: 0, max: 100, period: 300 },
  },
};
