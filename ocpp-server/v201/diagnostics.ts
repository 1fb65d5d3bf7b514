import { acknowledged, type InboundAction } from '../inbound.ts';

/** Reports, events and progress (OCPP 2.0.1 functional blocks A, B, L, N). */
export const diagnostics: readonly InboundAction[] = [
  acknowledged('NotifyReport'),
  acknowledged('NotifyEvent'),
  acknowledged('NotifyMonitoringReport'),
  acknowledged('SecurityEventNotification'),
  acknowledged('LogStatusNotification'),
  acknowledged('FirmwareStatusNotification'),
];
