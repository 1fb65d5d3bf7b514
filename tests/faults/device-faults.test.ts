import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createBed, type Bed, type Fault } from './devices/bed.ts';
import { FLOOD_FAULTS } from './devices/floods.ts';
import { PACKET_FAULTS } from './devices/packets.ts';
import { PAYLOAD_FAULTS } from './devices/payloads.ts';
import { TOPIC_FAULTS } from './devices/topics.ts';

/** What devices do to the broker, and what is seen when they do: printed as a table when all were tried. */
const FAULTS: [string, Fault[]][] = [
  ['Packets', PACKET_FAULTS],
  ['Topics', TOPIC_FAULTS],
  ['Payloads', PAYLOAD_FAULTS],
  ['Floods', FLOOD_FAULTS],
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
