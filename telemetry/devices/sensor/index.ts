import type { DeviceType } from '../device-type.ts';
import { indoorAir } from '../indoor-air/index.ts';
import { outdoorEnvironment } from '../outdoor-environment/index.ts';
import { weather } from '../weather/index.ts';

/** A sensor that measures some of what is measured indoors and outdoors, in whatever combination. */
export const sensor: DeviceType = {
  type: 'sensor',
  title: 'Sensor',
  metrics: { ...outdoorEnvironment.metrics, ...indoorAir.metrics, ...weather.metrics },
};
