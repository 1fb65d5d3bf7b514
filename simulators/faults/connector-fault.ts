import { z } from 'zod';
import type { Fault } from './fault.ts';

/** ChargePointErrorCode of OCPP 1.6 §7.6, but for NoError. */
const CODES = [
  'ConnectorLockFailure',
  'EVCommunicationError',
  'GroundFailure',
  'HighTemperature',
  'InternalError',
  'LocalListConflict',
  'OtherError',
  'OverCurrentFailure',
  'OverVoltage',
  'PowerMeterFailure',
  'PowerSwitchFailure',
  'ReaderFailure',
  'ResetFailure',
  'UnderVoltage',
  'WeakSignal',
] as const;

const parameters = z.object({
  code: z
    .enum(CODES)
    .default('GroundFailure')
    .describe('The error code of OCPP 1.6; 2.0.1 tells only that it is faulted.'),
  evse: z.int().positive().default(1).describe('Which EVSE; where there are fewer, the last.'),
});

export const connectorFault: Fault<typeof parameters> = {
  name: 'connector-fault',
  about: 'An EVSE breaks, which ends its session; at the end it is mended.',
  kind: 'charger',
  befalls: ['charger'],
  parameters,
  describe: ({ code, evse }) => `${code} at EVSE ${evse}`,
  begin({ chargers }, { code, evse }) {
    const all = chargers.map((charger) => ({ charger, at: Math.min(evse, charger.plan.evses) }));
    for (const { charger, at } of all) charger.setFault(at, code);
    return () => {
      for (const { charger, at } of all) charger.setFault(at, charger.plan.fault);
    };
  },
};
