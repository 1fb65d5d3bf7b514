import { acknowledged, type InboundAction } from '../inbound.ts';

/** Progress of firmware, diagnostics and security (OCPP 1.6 §4.4, §4.5; security whitepaper edition 3 §5). */
export const diagnostics: readonly InboundAction[] = [
  acknowledged('DiagnosticsStatusNotification'),
  acknowledged('FirmwareStatusNotification'),
  acknowledged('LogStatusNotification'),
  acknowledged('SecurityEventNotification'),
  acknowledged('SignedFirmwareStatusNotification'),
];
