import { NO_YES } from '../../metrics/metric.ts';
import type { DeviceType } from '../device-type.ts';

/** The line that connects a site: whether it is up, how good it is, and what went through it. */
export const networkUplink: DeviceType = {
  type: 'network-uplink',
  title: 'Network uplink',
  metrics: {
    Up: { title: 'Connected', unit: '{state}', states: NO_YES, period: 60 },
    Bearer: {
      title: 'What it goes over',
      unit: '{state}',
      states: { 0: 'none', 1: 'fibre', 2: 'copper', 3: 'mobile', 4: 'satellite', 5: 'radio' },
      period: 60,
    },
    RttS: { title: 'Time to the exchange and back', unit: 's', min: 0, max: 60, deadband: 0.005, period: 60 },
    LossPct: { title: 'Packets lost', unit: '%', min: 0, max: 100, deadband: 0.1, period: 60 },
    RxBps: { title: 'Received', unit: 'bit/s', min: 0, max: 1e12, deadband: 1e4, period: 60 },
    TxBps: { title: 'Sent', unit: 'bit/s', min: 0, max: 1e12, deadband: 1e4, period: 60 },
    RxBy: { title: 'Received altogether', unit: 'By', min: 0, period: 60, counter: true },
    TxBy: { title: 'Sent altogether', unit: 'By', min: 0, period: 60, counter: true },
    RSRP: { title: 'Strength of the mobile signal', unit: 'dB{mW}', min: -160, max: -20, deadband: 3, period: 60 },
    OnBattery: {
      title: 'It runs on its battery',
      unit: '{state}',
      states: NO_YES,
      period: 60,
      brick: 'Power_Loss_Alarm',
    },
  },
};
