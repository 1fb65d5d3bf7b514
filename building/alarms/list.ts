import { certificateExpiring } from './certificate-expiring.ts';
import { chargerEvent } from './charger-event.ts';
import { chargerFaulted } from './charger-faulted.ts';
import { chargerOffline } from './charger-offline.ts';
import { deviceEvent } from './device-event.ts';
import { deviceMalformed } from './device-malformed.ts';
import { gatewayOffline } from './gateway-offline.ts';
import { gridLimitExceeded } from './grid-limit-exceeded.ts';
import { securityEvent } from './security-event.ts';
import type { AlarmRule } from './rule.ts';

/** Every rule. A new one is a file beside these, a line here and its cases in rules.test.ts. */
export const RULES: readonly AlarmRule[] = [
  certificateExpiring,
  chargerEvent,
  chargerFaulted,
  chargerOffline,
  deviceEvent,
  deviceMalformed,
  gatewayOffline,
  gridLimitExceeded,
  securityEvent,
];
