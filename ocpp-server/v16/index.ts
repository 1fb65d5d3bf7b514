import { dataTransfer } from '../data-transfer.ts';
import type { Dialect } from '../dialect.ts';
import { authorization } from './authorization.ts';
import { translate } from './commands.ts';
import { diagnostics } from './diagnostics.ts';
import { provisioning } from './provisioning.ts';
import { transactions } from './transactions.ts';

/** OCPP-J 1.6, edition 2 with the security extensions. */
export const v16: Dialect = {
  protocol: 'ocpp1.6',
  inbound: [...provisioning, ...authorization, ...transactions, ...diagnostics, dataTransfer],
  translate,
  meterEvery: (intervalS) => ({
    action: 'ChangeConfiguration',
    payload: { key: 'MeterValueSampleInterval', value: String(intervalS) },
  }),
};
