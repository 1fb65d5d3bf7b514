import { z } from 'zod';
import type { Device } from '#estate/device.ts';
import type { Reading } from '#estate/sample.ts';
import { isoTime } from '#estate/units.ts';
import { COUNTED, type FieldDevice, type Received, type Telemetry } from '#telemetry/index.ts';
import { deviceId, siteId, timeView } from '../fields.ts';

const count = (what: keyof Received) => z.int().meta({ description: COUNTED[what] });
const receivedView = z
  .object({
    gaps: count('gaps'),
    repeated: count('repeated'),
    rebirths: count('rebirths'),
    late: count('late'),
    historical: count('historical'),
    future: count('future'),
    quarantined: count('quarantined'),
    dead: count('dead'),
  })
  .meta({
    description: 'What came of it since polisgrid started; where a node counts for all behind it, it has the gaps',
  });

export const deviceView = z
  .object({
    id: deviceId,
    site: siteId.nullable(),
    type: z.string(),
    node: deviceId.nullable().meta({ description: 'What connects it: a gateway, or itself; null: never seen' }),
    online: z.boolean(),
    lastSeen: timeView.nullable(),
    synthetic: z.boolean(),
    values: z.record(z.string(), z.number()).nullable().meta({ description: 'The newest value of each metric' }),
    quality: z.record(z.string(), z.int()).meta({ description: 'Of those that are not good: 0 bad, 500 stale' }),
    at: timeView.nullable(),
    received: receivedView,
  })
  .meta({ id: 'Device' });

export type DeviceView = z.infer<typeof deviceView>;

/** What is known of a device: that it was registered, that it was born on the broker, what it measured. */
export interface DeviceKnowledge {
  registered?: Device | undefined;
  born?: FieldDevice | undefined;
  /** Where it was not: whether it is there all the same, and the devices that it speaks for. */
  online?: boolean;
  behind?: readonly FieldDevice[] | undefined;
  /** The registration of the node that connects it. */
  node?: Device | undefined;
  /** The newest values, one reading for each time. */
  readings?: readonly Reading[] | undefined;
  received: Telemetry['received'];
}

/** A device as the API shows it; null when it is neither registered nor was ever born. */
export function viewDevice(known: DeviceKnowledge): DeviceView | null {
  const { registered, born, node, behind = [], readings = [] } = known;
  const id = registered?.id ?? born?.device;
  const type = registered?.type ?? born?.type;
  if (id === undefined || type === undefined) return null;
  const seen = [...readings.map(({ ts }) => ts), ...[...behind, born].flatMap((one) => one?.lastSeen ?? [])];
  const site = registered?.site ?? born?.site ?? null;
  const online = born?.online ?? known.online ?? false;
  return {
    id,
    type,
    site,
    node: born?.node ?? (online || seen.length > 0 ? id : null),
    online,
    lastSeen: seen.length === 0 ? null : isoTime(Math.max(...seen)),
    synthetic: (registered ?? node)?.synthetic ?? false,
    values: readings.length === 0 ? null : Object.fromEntries(readings.flatMap(({ values }) => Object.entries(values))),
    quality: Object.fromEntries(readings.flatMap(({ quality }) => Object.entries(quality ?? {}))),
    at: readings.length === 0 ? null : isoTime(Math.max(...readings.map(({ ts }) => ts))),
    received: known.received({ site, device: id }),
  };
}
