import { activePower, energyRegister } from '../../energy-metrics.ts';
import { NO_YES, OFF_ON, type DeviceType } from '../device-type.ts';

/** The furnished area before an office: benches with sockets, light, a board, a button for help. */
export const outdoorArea: DeviceType = {
  type: 'outdoor-area',
  title: 'Outdoor area',
  metrics: {
    People: {
      title: 'People present',
      unit: '{people}',
      min: 0,
      max: 10_000,
      deadband: 1,
      period: 300,
      brick: 'Occupancy_Count_Sensor',
    },
    Lights: {
      title: 'Its lights are on',
      unit: '{state}',
      states: OFF_ON,
      period: 300,
      rw: true,
      brick: 'On_Off_Command',
    },
    Sockets: {
      title: 'Its sockets are on',
      unit: '{state}',
      states: OFF_ON,
      period: 300,
      rw: true,
      brick: 'On_Off_Command',
    },
    Board: {
      title: 'Its board is on',
      unit: '{state}',
      states: OFF_ON,
      period: 300,
      rw: true,
      brick: 'On_Off_Command',
    },
    Help: { title: 'Somebody asks for help', unit: '{state}', states: NO_YES, period: 300 },
    Tamper: { title: 'It was opened or moved without leave', unit: '{state}', states: NO_YES, period: 300 },
    W: { ...activePower, title: 'Power used', min: 0, max: 1e5, deadband: 5, period: 300 },
    TotWhImp: { ...energyRegister, title: 'Energy used', period: 300 },
    Lux: {
      title: 'Illuminance',
      unit: 'lx',
      min: 0,
      max: 200_000,
      deadband: 10,
      period: 300,
      brick: 'Illuminance_Sensor',
    },
  },
};
