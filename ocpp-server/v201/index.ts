import { dataTransfer } from '../data-transfer.ts';
import type { Dialect } from '../dialect.ts';
import { authorization } from './authorization.ts';
import { translate } from './commands.ts';
import { diagnostics } from './diagnostics.ts';
import { provisioning } from './provisioning.ts';
import { transactions } from './transactions.ts';

/** OCPP 2.0.1, edition 2. */
export const v201: Dialect = {
  protocol: 'ocpp2.0.1',
  inbound: [...provisioning, ...authorization, ...transactions, ...diagnostics, dataTransfer],
  translate,
  meterEvery: (intervalS) => ({
    action: 'SetVariables',
    payload: {
      setVariableData: [
        {
          component: { name: 'SampledDataCtrlr' },
          variable: { name: 'TxUpdatedInterval' },
          attributeValue: String(intervalS),
        },
      ],
    },
  }),
};
