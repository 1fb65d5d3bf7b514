import { activePower, energyRegister } from '../../metrics/energy.ts';
import { OFF_ON } from '../../metrics/metric.ts';
import { illuminance } from '../../metrics/surroundings.ts';
import type { DeviceType } from '../device-type.ts';

/** A circuit of lights that is switched or dimmed as one. */
export const lightingCircuit: DeviceType = {
  type: 'lighting-circuit',
  title: 'Lighting circuit',
  metrics: {
    On: { title: 'Lit', unit: '{state}', states: OFF_ON, period: 300, rw: true, brick: 'On_Off_Command' },
    LevelPct: { title: 'Level', unit: '%', min: 0, max: 100, period: 300, rw: true, brick: 'Lighting_Level_Command' },
    W: { ...activePower, title: 'Power used', min: 0, max: 1e5, deadband: 5, period: 300 },
    TotWhImp: { ...energyRegister, title: 'Energy used', period: 300 },
    Lux: illuminance,
    OnS: { title: 'Time lit', unit: 's', min: 0, deadband: 60, period: 3_600, counter: true, brick: 'Run_Time_Sensor' },
  },
};
