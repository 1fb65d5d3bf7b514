import { bandwidth } from './bandwidth.ts';
import { connectorFault } from './connector-fault.ts';
import { cut } from './cut.ts';
import { deviceCondition } from './device-condition.ts';
import { down } from './down.ts';
import { duplicate } from './duplicate.ts';
import type { Fault } from './fault.ts';
import { halfOpen } from './half-open.ts';
import { hostile } from './hostile.ts';
import { late } from './late.ts';
import { latency } from './latency.ts';
import { malformed } from './malformed.ts';
import { reboot } from './reboot.ts';
import { reorder } from './reorder.ts';
import { repeatedIds } from './repeated-ids.ts';
import { reset } from './reset.ts';
import { slice } from './slice.ts';
import { slowDisk } from './slow-disk.ts';
import { staleClock } from './stale-clock.ts';
import { swallowedReplies } from './swallowed-replies.ts';
import { swappedTransactions } from './swapped-transactions.ts';

/** All that can go wrong on purpose. */
export const FAULTS: readonly Fault[] = [
  latency,
  bandwidth,
  down,
  halfOpen,
  reset,
  slice,
  cut,
  reboot,
  connectorFault,
  duplicate,
  reorder,
  late,
  malformed,
  staleClock,
  repeatedIds,
  swappedTransactions,
  swallowedReplies,
  deviceCondition,
  hostile,
  slowDisk,
];
