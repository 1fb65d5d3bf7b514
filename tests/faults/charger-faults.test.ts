import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBed, type Bed, type Fault } from './chargers/bed.ts';
import { CERTIFICATE_FAULTS } from './chargers/certificates.ts';
import { CONNECTION_FAULTS } from './chargers/connections.ts';
import { FRAME_FAULTS } from './chargers/frames.ts';
import { TRANSACTION_FAULTS } from './chargers/transactions.ts';

/** What chargers do to the central system, and what is seen when they do: printed as a table when all were tried. */
const FAULTS: [string, Fault[]][] = [
  ['Connections', CONNECTION_FAULTS],
  ['Certificates and passwords', CERTIFICATE_FAULTS],
  ['OCPP frames', FRAME_FAULTS],
  ['Transactions', TRANSACTION_FAULTS],
];

let bed: Bed;
const seen: string[] = [];
beforeAll(async () => {
  bed = await createBed();
});
afterAll(async () => {
  await bed[Symbol.asyncDispose]();
  process.stdout.write(`\n${seen.join('\n')}\n`);
});

describe.each(FAULTS)('%s:', (kind, faults) => {
  it.each(faults)('$name', async (fault) => {
    const { name, expected } = fault;
    const observed = await fault.observe(bed);
    const lives = await bed.neighbourLives();
    seen.push(`${observed === expected && lives ? 'ok ' : 'NOT'} │ ${kind} │ ${name} │ ${observed}`);
    expect(observed).toBe(expected);
    expect(lives).toBe(true);
  });
});
