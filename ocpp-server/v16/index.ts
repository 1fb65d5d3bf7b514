import { dataTransfer } from '../both-versions/data-transfer.ts';
import { dialectOf } from '../messages/dialect.ts';
import { authorization } from './authorization.ts';
import { configuration } from './configuration.ts';
import { firmware } from './firmware.ts';
import { localList } from './local-list.ts';
import { provisioning } from './provisioning.ts';
import { remoteControl } from './remote-control.ts';
import { reservation } from './reservation.ts';
import { security } from './security.ts';
import { smartCharging } from './smart-charging.ts';
import { transactions } from './transactions.ts';

/** OCPP-J 1.6, edition 2 with the security extensions. */
export const v16 = dialectOf('ocpp1.6', {
  blocks: [
    provisioning,
    configuration,
    authorization,
    transactions,
    remoteControl,
    reservation,
    localList,
    smartCharging,
    security,
    firmware,
    dataTransfer,
  ],
});
