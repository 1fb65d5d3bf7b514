import type { DeviceType } from '../device-type.ts';

/** Irradiance at a cloud's edge may pass the solar constant; at night an instrument may show a little less than none. */
const irradiance = {
  unit: 'W/m2',
  min: -20,
  max: 2_000,
  deadband: 2,
  period: 300,
  brick: 'Solar_Irradiance_Sensor',
};
const temperature = { unit: 'Cel', min: -60, deadband: 0.1, period: 300 };

/** The weather over a site's roof, and the sun on its modules (SunSpec 302 and 307). */
export const weather: DeviceType = {
  type: 'weather',
  title: 'Weather station',
  metrics: {
    GHI: { ...irradiance, title: 'Global horizontal irradiance', sunspec: '302.GHI' },
    POAI: { ...irradiance, title: 'Irradiance in the plane of the modules', sunspec: '302.POAI' },
    DFI: { ...irradiance, title: 'Diffuse irradiance', sunspec: '302.DFI' },
    DNI: { ...irradiance, title: 'Direct normal irradiance', sunspec: '302.DNI' },
    TmpBOM: {
      ...temperature,
      title: 'Temperature at the back of a module',
      max: 120,
      brick: 'Temperature_Sensor',
      sunspec: '303.TmpBOM',
    },
    TmpAmb: {
      ...temperature,
      title: 'Ambient temperature',
      max: 60,
      brick: 'Outside_Air_Temperature_Sensor',
      sunspec: '307.TmpAmb',
    },
    RH: {
      title: 'Relative humidity',
      unit: '%',
      min: 0,
      max: 100,
      deadband: 1,
      period: 300,
      brick: 'Outside_Air_Humidity_Sensor',
      sunspec: '307.RH',
    },
    Pres: {
      title: 'Air pressure',
      unit: 'Pa',
      min: 3e4,
      max: 1.2e5,
      deadband: 20,
      period: 300,
      brick: 'Air_Pressure_Sensor',
      sunspec: '307.Pres',
    },
    WndSpd: {
      title: 'Wind speed',
      unit: 'm/s',
      min: 0,
      max: 100,
      deadband: 0.2,
      period: 300,
      brick: 'Wind_Speed_Sensor',
      sunspec: '307.WndSpd',
    },
    WndDir: {
      title: 'Direction that the wind comes from',
      unit: 'deg',
      min: 0,
      max: 360,
      deadband: 5,
      period: 300,
      brick: 'Wind_Direction_Sensor',
      sunspec: '307.WndDir',
    },
    Rain: {
      title: 'Rain of the last hour',
      unit: 'mm',
      min: 0,
      max: 500,
      deadband: 0.1,
      period: 300,
      sunspec: '307.Rain',
    },
  },
};
