import { createBed } from './chargers/bed.ts';
import { CERTIFICATE_FAULTS } from './chargers/certificates.ts';
import { CONNECTION_FAULTS } from './chargers/connections.ts';
import { FRAME_FAULTS } from './chargers/frames.ts';
import { TRANSACTION_FAULTS } from './chargers/transactions.ts';
import { tryFaults } from './fault-table.ts';

/** What chargers do to the central system, and what is seen when they do. */
tryFaults(createBed, [
  ['Connections', CONNECTION_FAULTS],
  ['Certificates and passwords', CERTIFICATE_FAULTS],
  ['OCPP frames', FRAME_FAULTS],
  ['Transactions', TRANSACTION_FAULTS],
]);
