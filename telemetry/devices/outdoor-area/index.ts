import { tamper } from '../../metrics/cabinet.ts';
import { activePower, energyRegister } from '../../metrics/energy.ts';
import { NO_YES, OFF_ON } from '../../metrics/metric.ts';
import { illuminance, peoplePresent } from '../../metrics/surroundings.ts';
import type { DeviceType } from '../device-type.ts';

const onOff = { unit: '{state}', states: OFF_ON, period: 300, rw: true, brick: 'On_Off_Command' };

/** The furnished area before an office: benches with sockets, light, a board, a button for help. */
export const outdoorArea: DeviceType = {
  type: 'outdoor-area',
  title: 'Outdoor area',
  metrics: {
    People: peoplePresent,
    Lights: { ...onOff, title: 'Its lights are on' },
    Sockets: { ...onOff, title: 'Its sockets are on' },
    Board: { ...onOff, title: 'Its board is on' },
    Help: { title: 'Somebody asks for help', unit: '{state}', states: NO_YES, period: 300 },
    Tamper: { ...tamper, period: 300 },
    W: { ...activePower, title: 'Power used', min: 0, max: 1e5, deadband: 5, period: 300 },
    TotWhImp: { ...energyRegister, title: 'Energy used', period: 300 },
    Lux: illuminance,
  },
};
