import type { Ground } from '#estate/ground.ts';
import type { DeviceId } from '#estate/ids.ts';
import type { Records } from '#storage/records.ts';
import type { Count } from '../accounting/counters.ts';
import { createReceivedCounts, type DeviceRef, type ReceivedCounts } from '../accounting/received.ts';
import type { DeviceType } from '../devices/list.ts';
import type { NodeRef } from '../dialects/dialect.ts';
import { createAdoptedTypes, type AdoptedTypes } from './adopted-types.ts';
import { createDirectory, type Directory } from './directory.ts';
import { createLatest, type Latest } from './latest.ts';
import { createPresence, type Presence } from './presence.ts';
import { createQuarantine, type Quarantine } from './quarantine.ts';
import type { Refusal } from './readings.ts';
import { createSequences, type Sequences } from './sequences.ts';

/** What is known of the field: its devices, who of them is there, and what they measured last. */
export interface Field {
  adoptedTypes: AdoptedTypes;
  directory: Directory;
  presence: Presence;
  latest: Latest;
  sequences: Sequences;
  quarantine: Quarantine;
  received: ReceivedCounts;
}

export function createField(
  deps: { records: Records; ground: Ground; count: Count },
  onPresence: (node: NodeRef, online: boolean) => void,
): Field {
  const { records, ground, count } = deps;
  const adoptedTypes = createAdoptedTypes(records);
  const directory = createDirectory({ records, clock: ground.clock, typeNamed: adoptedTypes.find });
  const isKnown = ({ site, device }: DeviceRef) => directory.isKnown(site, device);
  const received = createReceivedCounts({ count, isKnown });
  return {
    adoptedTypes,
    directory,
    presence: createPresence(onPresence),
    latest: createLatest(({ site, device, type }) => {
      const told = directory.periodsOf(site, device);
      const usual = adoptedTypes.find(type)?.metrics;
      return (metric) => told?.get(metric) ?? usual?.[metric]?.period ?? 0;
    }),
    sequences: createSequences(ground.clock),
    quarantine: createQuarantine({ records, log: ground.log, count, countOf: received.count }),
    received,
  };
}

/** Why a node may not speak for a device; null: it may. */
export function refusalOf({ directory }: Field, { site, node }: NodeRef, device: DeviceId): string | null {
  const owner = directory.nodeOf(site, device);
  return owner === undefined || owner === node ? null : `belongs to the node ${owner}`;
}

/** The type as which a node may speak for a device, or why it may not. */
export function typeFor(field: Field, node: NodeRef, device: DeviceId): DeviceType | Refusal {
  const { directory, quarantine } = field;
  const foreign = refusalOf(field, node, device);
  const type = foreign === null ? directory.typeOf(node.site, device) : undefined;
  if (type) return type;
  const waiting = quarantine.find(node.site, device);
  const waits = waiting?.held?.node === node.node;
  const unknown = waiting && waits ? waiting.reason : 'unknown device: neither born nor registered';
  return { refused: foreign ?? unknown, waits };
}
