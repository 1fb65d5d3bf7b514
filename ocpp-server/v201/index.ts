import { dataTransfer } from '../both-versions/data-transfer.ts';
import { dialectOf } from '../messages/dialect.ts';
import { authorization } from './authorization.ts';
import { cost } from './cost.ts';
import { customerInformation } from './customer-information.ts';
import { deviceModel } from './device-model.ts';
import { displayMessages } from './display.ts';
import { firmware } from './firmware.ts';
import { localList } from './local-list.ts';
import { monitoring } from './monitoring.ts';
import { provisioning } from './provisioning.ts';
import { remoteControl } from './remote-control.ts';
import { reservation } from './reservation.ts';
import { security } from './security.ts';
import { smartCharging } from './smart-charging.ts';
import { transactions } from './transactions.ts';

/** OCPP 2.0.1, edition 2. */
export const v201 = dialectOf('ocpp2.0.1', {
  blocks: [
    provisioning,
    deviceModel,
    authorization,
    transactions,
    remoteControl,
    reservation,
    localList,
    cost,
    smartCharging,
    security,
    monitoring,
    displayMessages,
    customerInformation,
    firmware,
    dataTransfer,
  ],
});
