import { createBed } from './devices/bed.ts';
import { FLOOD_FAULTS } from './devices/floods.ts';
import { NESTED_FAULTS } from './devices/nested.ts';
import { PACKET_FAULTS } from './devices/packets.ts';
import { PAYLOAD_FAULTS } from './devices/payloads.ts';
import { TOPIC_FAULTS } from './devices/topics.ts';
import { tryFaults } from './fault-table.ts';

/** What devices do to the broker, and what is seen when they do. */
tryFaults(createBed, [
  ['Packets', PACKET_FAULTS],
  ['Topics', TOPIC_FAULTS],
  ['Payloads', [...PAYLOAD_FAULTS, ...NESTED_FAULTS]],
  ['Floods', FLOOD_FAULTS],
]);
