import { tryFaults } from './fault-table.ts';
import { createBed } from './network/bed.ts';
import { LINK_FAULTS } from './network/links.ts';
import { RETURN_FAULTS } from './network/returns.ts';

/** What the network does to chargers and gateways, and what is seen when it does. */
tryFaults(createBed, [
  ['Links', LINK_FAULTS],
  ['Returns', RETURN_FAULTS],
]);
