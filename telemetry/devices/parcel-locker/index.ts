import { attendedMachine } from '../../metrics/attended-machine.ts';
import { NO_YES } from '../../metrics/metric.ts';
import type { DeviceType } from '../device-type.ts';

const boxes = { unit: '{boxes}', min: 0, max: 2_000, deadband: 1, period: 300 };

/** A parcel locker as a whole; what is in which box is the carrier's business. */
export const parcelLocker: DeviceType = {
  type: 'parcel-locker',
  title: 'Parcel locker',
  metrics: {
    ...attendedMachine,
    Boxes: { ...boxes, title: 'Boxes', period: 3_600 },
    Free: { ...boxes, title: 'Free boxes' },
    Faulty: { ...boxes, title: 'Boxes that do not open or close' },
    DoorsOpen: { ...boxes, title: 'Boxes that stand open' },
    In: { title: 'Parcels brought', unit: '{parcels}', min: 0, period: 300, counter: true },
    Out: { title: 'Parcels fetched', unit: '{parcels}', min: 0, period: 300, counter: true },
    OnBattery: {
      title: 'It runs on its battery',
      unit: '{state}',
      states: NO_YES,
      period: 300,
      brick: 'Power_Loss_Alarm',
    },
  },
};
