import { chargerFaulted } from './charger-faulted.ts';
import { chargerOffline } from './charger-offline.ts';
import { gatewayOffline } from './gateway-offline.ts';
import { gridLimitExceeded } from './grid-limit-exceeded.ts';
import type { AlarmRule } from './rule.ts';

/** Every rule. A new one is a file beside these, a line here and its cases in rules.test.ts. */
export const RULES: readonly AlarmRule[] = [chargerFaulted, chargerOffline, gatewayOffline, gridLimitExceeded];
