import type { Protocol } from '../estate/plan.ts';

const BOTH = [
  'Authorize',
  'BootNotification',
  'FirmwareStatusNotification',
  'Heartbeat',
  'LogStatusNotification',
  'SignCertificate',
  'StatusNotification',
] as const;

/** What simulated chargers call, by the version that they speak. */
export const ACTIONS = {
  'ocpp1.6': [
    ...BOTH,
    'DiagnosticsStatusNotification',
    'MeterValues',
    'SignedFirmwareStatusNotification',
    'StartTransaction',
    'StopTransaction',
  ],
  'ocpp2.0.1': [
    ...BOTH,
    'ClearedChargingLimit',
    'NotifyChargingLimit',
    'NotifyCustomerInformation',
    'NotifyDisplayMessages',
    'NotifyEVChargingNeeds',
    'NotifyEVChargingSchedule',
    'NotifyEvent',
    'NotifyMonitoringReport',
    'NotifyReport',
    'PublishFirmwareStatusNotification',
    'ReportChargingProfiles',
    'ReservationStatusUpdate',
    'TransactionEvent',
  ],
} as const satisfies Record<Protocol, readonly string[]>;

export type Action = (typeof ACTIONS)[Protocol][number];
