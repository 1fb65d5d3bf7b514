import type { Ground } from '#estate/ground.ts';
import type { DeviceId } from '#estate/ids.ts';
import type { Records } from '#storage/records.ts';
import type { Count } from './counters.ts';
import { createDirectory, type Directory } from './directory.ts';
import type { DeviceType } from './devices/list.ts';
import { createLatest, type Latest } from './latest.ts';
import { createPresence, type NodeRef, type Presence } from './presence.ts';
import { createQuarantine, type Quarantine } from './quarantine.ts';
import { createSequences, type Sequences } from './sequences.ts';

/** What is known of the field: its devices, who of them is there, and what they measured last. */
export interface Field {
  directory: Directory;
  presence: Presence;
  latest: Latest;
  sequences: Sequences;
  quarantine: Quarantine;
}

export function createField(
  deps: { records: Records; ground: Ground; count: Count },
  onPresence: (node: NodeRef, online: boolean) => void,
): Field {
  return {
    directory: createDirectory(deps.records, deps.ground.clock),
    presence: createPresence(onPresence),
    latest: createLatest(),
    sequences: createSequences(deps.ground.clock),
    quarantine: createQuarantine(deps.count),
  };
}

/** The type as which a node may speak for a device, or why it may not. */
export function typeFor(directory: Directory, node: NodeRef, device: DeviceId): DeviceType | { refused: string } {
  const owner = directory.nodeOf(node.site, device);
  if (owner !== undefined && owner !== node.node) return { refused: `belongs to the node ${owner}` };
  return directory.typeOf(node.site, device) ?? { refused: 'unknown device: neither born nor registered' };
}
