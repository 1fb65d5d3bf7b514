import { describe } from 'vitest';
import { tryFaults } from './fault-table.ts';
import { createBed } from './stores/bed.ts';
import { createKilledFolder } from './stores/killed-folder.ts';
import { FLIPPED_FAULTS } from './stores/flipped.ts';
import { STOP_FAULTS } from './stores/stop.ts';
import { TORN_FAULTS } from './stores/torn.ts';
import { DISK_FAULTS } from './stores/disk.ts';
import { createPostgresBed, POSTGRES_FAULTS } from './stores/postgres.ts';

/** What befalls the process and its stores, and what is seen when it does. */
describe('SQLite', () => {
  tryFaults(createBed, [
    ['Disk and process', DISK_FAULTS],
    ['Stop', STOP_FAULTS],
  ]);
});

describe('PostgreSQL', () => {
  tryFaults(createPostgresBed, [['Network and pool', POSTGRES_FAULTS]]);
});

describe('Files', () => {
  tryFaults(createKilledFolder, [
    ['Torn', TORN_FAULTS],
    ['Flipped', FLIPPED_FAULTS],
  ]);
});
